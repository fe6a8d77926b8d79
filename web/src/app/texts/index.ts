import type { LoadTexts } from "@/shared/i18n";

const files = {
  en: () => import("./en"),
  ko: () => import("./ko"),
  ru: () => import("./ru"),
};

/** Loads a language only when it is used. */
export const loadTexts: LoadTexts = async (language) => (await files[language]()).texts;
