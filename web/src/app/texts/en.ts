import about from "@/features/about/locales/en.json";
import account from "@/features/account/locales/en.json";
import generate from "@/features/generate/locales/en.json";
import models from "@/features/models/locales/en.json";
import optimizations from "@/features/optimizations/locales/en.json";
import outputs from "@/features/outputs/locales/en.json";
import queue from "@/features/queue/locales/en.json";
import settings from "@/features/settings/locales/en.json";
import sheet from "@/features/sheet/locales/en.json";
import timeline from "@/features/timeline/locales/en.json";
import shared from "@/shared/i18n/locales/en.json";

/** English texts by namespace: one for each feature, and `shared`. The other languages are compared with them. */
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
