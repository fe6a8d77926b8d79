import i18next, { type ResourceLanguage } from "i18next";
import { initReactI18next } from "react-i18next";
import shared from "@/shared/i18n/locales/en.json";

/** Starts the English texts of one feature and the shared ones. */
export async function startTexts(feature: string, texts: ResourceLanguage): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "en",
    resources: { en: { [feature]: texts, shared } },
    interpolation: { escapeValue: false },
  });
}
