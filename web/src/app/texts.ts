import aboutEn from "@/features/about/locales/en.json";
import aboutKo from "@/features/about/locales/ko.json";
import aboutRu from "@/features/about/locales/ru.json";
import accountEn from "@/features/account/locales/en.json";
import accountKo from "@/features/account/locales/ko.json";
import accountRu from "@/features/account/locales/ru.json";
import generateEn from "@/features/generate/locales/en.json";
import generateKo from "@/features/generate/locales/ko.json";
import generateRu from "@/features/generate/locales/ru.json";
import modelsEn from "@/features/models/locales/en.json";
import modelsKo from "@/features/models/locales/ko.json";
import modelsRu from "@/features/models/locales/ru.json";
import optimizationsEn from "@/features/optimizations/locales/en.json";
import optimizationsKo from "@/features/optimizations/locales/ko.json";
import optimizationsRu from "@/features/optimizations/locales/ru.json";
import outputsEn from "@/features/outputs/locales/en.json";
import outputsKo from "@/features/outputs/locales/ko.json";
import outputsRu from "@/features/outputs/locales/ru.json";
import queueEn from "@/features/queue/locales/en.json";
import queueKo from "@/features/queue/locales/ko.json";
import queueRu from "@/features/queue/locales/ru.json";
import settingsEn from "@/features/settings/locales/en.json";
import settingsKo from "@/features/settings/locales/ko.json";
import settingsRu from "@/features/settings/locales/ru.json";
import sheetEn from "@/features/sheet/locales/en.json";
import sheetKo from "@/features/sheet/locales/ko.json";
import sheetRu from "@/features/sheet/locales/ru.json";
import sharedEn from "@/shared/i18n/locales/en.json";
import sharedKo from "@/shared/i18n/locales/ko.json";
import sharedRu from "@/shared/i18n/locales/ru.json";

/** All texts, by namespace: one for each feature, and `shared`. English is what the others are compared with. */
export const english = {
  about: aboutEn,
  account: accountEn,
  generate: generateEn,
  models: modelsEn,
  optimizations: optimizationsEn,
  outputs: outputsEn,
  queue: queueEn,
  settings: settingsEn,
  sheet: sheetEn,
  shared: sharedEn,
} as const;

const korean = {
  about: aboutKo,
  account: accountKo,
  generate: generateKo,
  models: modelsKo,
  optimizations: optimizationsKo,
  outputs: outputsKo,
  queue: queueKo,
  settings: settingsKo,
  sheet: sheetKo,
  shared: sharedKo,
};

const russian = {
  about: aboutRu,
  account: accountRu,
  generate: generateRu,
  models: modelsRu,
  optimizations: optimizationsRu,
  outputs: outputsRu,
  queue: queueRu,
  settings: settingsRu,
  sheet: sheetRu,
  shared: sharedRu,
};

export const texts = { en: english, ko: korean, ru: russian };
