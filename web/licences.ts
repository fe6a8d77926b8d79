import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

/** A package that the page uses, with the text of its licence if the package contains it. */
export interface WebPackage {
  name: string;
  version: string;
  licence: string;
  text: string;
}

interface Manifest {
  name?: string;
  version?: string;
  license?: string | { type?: string };
  dependencies?: Record<string, string>;
}

const MODULE = "virtual:licences";
const TEXT = /^(licen[cs]e|copying|notice)/i;

/** Provides `virtual:licences`: every installed package that the page depends on, directly or indirectly. */
export function licences(root: string): Plugin {
  return {
    name: "licences",
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load: (id) => (id === `\0${MODULE}` ? `export default ${JSON.stringify(packagesOf(root))}` : undefined),
  };
}

export function packagesOf(root: string): WebPackage[] {
  const found = new Map<string, WebPackage>();
  const visit = (from: string) => {
    for (const name of Object.keys(manifestIn(from).dependencies ?? {})) {
      const folder = folderOf(name, from);
      if (folder === null || found.has(folder)) continue; // type packages and optional ones may be missing
      found.set(folder, packageIn(folder, name));
      visit(folder);
    }
  };
  visit(root);
  return [...found.values()].sort((one, other) => one.name.localeCompare(other.name, "en"));
}

/** Resolves a package as Node does: next to the importer, or in a folder above. */
function folderOf(name: string, from: string): string | null {
  const folder = join(from, "node_modules", name);
  if (existsSync(join(folder, "package.json"))) return folder;
  return dirname(from) === from ? null : folderOf(name, dirname(from));
}

function packageIn(folder: string, name: string): WebPackage {
  const { version = "", license = "" } = manifestIn(folder);
  const texts = readdirSync(folder, { withFileTypes: true }).filter((file) => file.isFile() && TEXT.test(file.name));
  return {
    name,
    version,
    licence: typeof license === "string" ? license : (license.type ?? ""),
    text: texts.map((file) => readFileSync(join(folder, file.name), "utf8").trim()).join("\n\n"),
  };
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}
