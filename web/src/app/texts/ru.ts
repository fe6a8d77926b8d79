import about from "@/features/about/locales/ru.json";
import account from "@/features/account/locales/ru.json";
import generate from "@/features/generate/locales/ru.json";
import models from "@/features/models/locales/ru.json";
import optimizations from "@/features/optimizations/locales/ru.json";
import outputs from "@/features/outputs/locales/ru.json";
import queue from "@/features/queue/locales/ru.json";
import settings from "@/features/settings/locales/ru.json";
import sheet from "@/features/sheet/locales/ru.json";
import timeline from "@/features/timeline/locales/ru.json";
import shared from "@/shared/i18n/locales/ru.json";

export const texts = {
  about,
  account,
  generate,
  models,
  optimizations,
  outputs,
  queue,
  settings,
  sheet,
  shared,
  timeline,
};
