import i18next, { type Resource } from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = { en: "English", ko: "한국어", ru: "Русский" } as const;
export type Language = keyof typeof LANGUAGES;

const KEY = "artifex.language";

/** The language chosen before, or the browser's first that we speak, or English. */
function firstLanguage(): Language {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages].map((one) => one?.slice(0, 2));
  return (wanted.find((one) => one !== undefined && one in LANGUAGES) as Language | undefined) ?? "en";
}

/** Texts by language, then by namespace: `shared` and one for each feature. */
export function startTexts(resources: Resource): void {
  void i18next.use(initReactI18next).init({
    resources,
    lng: firstLanguage(),
    fallbackLng: "en",
    defaultNS: "shared",
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
  });
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  document.documentElement.lang = i18next.language;
}

export function language(): Language {
  return i18next.language as Language;
}

export async function chooseLanguage(chosen: Language): Promise<void> {
  localStorage.setItem(KEY, chosen);
  await i18next.changeLanguage(chosen);
}
