import i18next, { type ResourceLanguage } from "i18next";
import { initReactI18next } from "react-i18next";
import shared from "@/shared/i18n/locales/en.json";

/** English as one feature has it, beside what all share. */
export async function startTexts(feature: string, texts: ResourceLanguage): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "en",
    resources: { en: { [feature]: texts, shared } },
    interpolation: { escapeValue: false },
  });
}
