import type { Schemas } from "@/shared/api/client";

/** Something the studio is made of, with its terms. */
export interface Part {
  kind: Schemas["Licence"]["kind"] | "web";
  name: string;
  version: string;
  licence: string;
  note: string;
  url: string | null;
  /** The whole of the licence, where it is at hand. */
  text: string;
}

interface WebPackage {
  name: string;
  version: string;
  licence: string;
  text: string;
}

/** The server's parts and the page's, which are listed apart, as one list. */
export function partsOf(server: readonly Schemas["Licence"][], web: readonly WebPackage[]): Part[] {
  return [
    ...server.map((one) => ({ ...one, version: one.version ?? "", text: "" })),
    ...web.map((one) => ({ ...one, kind: "web" as const, note: "", url: null })),
  ];
}

/** Those whose name or licence has all the words. */
export function found(parts: readonly Part[], wanted: string): Part[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return parts.filter((part) => {
    const text = `${part.name} ${part.licence}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
