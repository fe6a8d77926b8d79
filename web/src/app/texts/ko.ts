import about from "@/features/about/locales/ko.json";
import account from "@/features/account/locales/ko.json";
import generate from "@/features/generate/locales/ko.json";
import models from "@/features/models/locales/ko.json";
import optimizations from "@/features/optimizations/locales/ko.json";
import outputs from "@/features/outputs/locales/ko.json";
import queue from "@/features/queue/locales/ko.json";
import settings from "@/features/settings/locales/ko.json";
import sheet from "@/features/sheet/locales/ko.json";
import timeline from "@/features/timeline/locales/ko.json";
import shared from "@/shared/i18n/locales/ko.json";

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
