import type { Schemas } from "@/shared/api/client";

/** A component of the studio, with its licence. */
export interface Part {
  kind: Schemas["Licence"]["kind"] | "web";
  name: string;
  version: string;
  licence: string;
  note: string;
  url: string | null;
  /** The full text of the licence, if available. */
  text: string;
}

interface WebPackage {
  name: string;
  version: string;
  licence: string;
  text: string;
}

/** The server's and the web page's components as one list. */
export function partsOf(server: readonly Schemas["Licence"][], web: readonly WebPackage[]): Part[] {
  return [
    ...server.map((one) => ({ ...one, version: one.version ?? "", text: "" })),
    ...web.map((one) => ({ ...one, kind: "web" as const, note: "", url: null })),
  ];
}

/** The components whose name or licence contains all the words. */
export function found(parts: readonly Part[], wanted: string): Part[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return parts.filter((part) => {
    const text = `${part.name} ${part.licence}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
