import "i18next";
import type { english } from "./texts";

// Keys that English does not have do not compile; a test compares the other languages with it.
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "shared";
    resources: typeof english;
  }
}
