import type { LoadTexts } from "@/shared/i18n";

const files = {
  en: () => import("./en"),
  ko: () => import("./ko"),
  ru: () => import("./ru"),
};

/** A language is fetched when somebody reads it. */
export const loadTexts: LoadTexts = async (language) => (await files[language]()).texts;
