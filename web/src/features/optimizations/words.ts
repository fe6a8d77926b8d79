import type { TFunction } from "i18next";
import english from "./locales/en.json";

type T = TFunction<"optimizations">;
type Kind = "name" | "value" | "gives" | "costs" | "reason";

/** The page's own words for a code of the server; for one that is newer than the page, what the server says. */
export function words(kind: Kind, code: string, otherwise: string, t: T): string {
  const path = `${kind}.${code}`;
  // The path was looked up in the texts a moment ago, which its type cannot know.
  return code in english[kind] ? (t as (path: string) => string)(path) : otherwise;
}
