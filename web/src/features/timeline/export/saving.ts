import type { Format } from "../server/calls";

const ENDINGS: Record<Format, string> = {
  otio: ".otio",
  fcpxml: ".fcpxml",
  fcp7: ".xml",
  edl: ".edl",
  json: ".json",
};

/** Downloads a file under a name that is valid on every system. */
export function saveFile(file: Blob, name: string, format: Format): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName(name, format);
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function fileName(name: string, format: Format): string {
  const plain = name
    .replace(/[\\/:*?"<>|]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return `${plain.slice(0, 100) || "film"}${ENDINGS[format]}`;
}
