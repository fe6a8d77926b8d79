import type { TFunction } from "i18next";
import english from "./locales/en.json";

type T = TFunction<"optimizations">;
type Kind = "name" | "value" | "gives" | "costs" | "reason";

/** The translation of a server code; for a code newer than the page, the server's own words. */
export function words(kind: Kind, code: string, otherwise: string, t: T): string {
  const path = `${kind}.${code}`;
  // The key exists in the texts, which its type does not tell.
  return code in english[kind] ? (t as (path: string) => string)(path) : otherwise;
}
