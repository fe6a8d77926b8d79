import i18next, { type ResourceLanguage } from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = { en: "English", ko: "한국어", ru: "Русский" } as const;
export type Language = keyof typeof LANGUAGES;

/** Loads the texts of a language by namespace: `shared` and one for each feature. */
export type LoadTexts = (language: Language) => Promise<ResourceLanguage>;

const KEY = "artifex.language";

/** The language chosen before, or the first supported one of the browser's languages, or English. */
function firstLanguage(): Language {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages].map((one) => one?.slice(0, 2));
  return (wanted.find((one) => one !== undefined && one in LANGUAGES) as Language | undefined) ?? "en";
}

let load: LoadTexts;

/** Resolves when the first language is loaded. There is no fallback language: a test checks that each is complete. */
export async function startTexts(from: LoadTexts): Promise<void> {
  load = from;
  const first = firstLanguage();
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  await i18next.use(initReactI18next).init({
    resources: { [first]: await load(first) },
    lng: first,
    fallbackLng: false,
    defaultNS: "shared",
    interpolation: { escapeValue: false }, // React escapes already
    returnNull: false,
  });
}

export function language(): Language {
  return i18next.language as Language;
}

let wanted: Language | null = null;

export async function chooseLanguage(chosen: Language): Promise<void> {
  wanted = chosen;
  for (const [namespace, texts] of Object.entries(await load(chosen)))
    i18next.addResourceBundle(chosen, namespace, texts);
  if (wanted !== chosen) return; // another language was chosen while this one loaded
  localStorage.setItem(KEY, chosen);
  await i18next.changeLanguage(chosen);
}
