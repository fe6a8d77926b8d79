import "i18next";
import type { texts } from "./texts/en";

// Keys that English does not have do not compile; a test compares the other languages with it.
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "shared";
    resources: typeof texts;
  }
}
