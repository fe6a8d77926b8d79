import type { Plugin } from "vite";

const SHEET = '<link rel="stylesheet"';

/** Has the stylesheets fetched, but not waited for: they would hold up the mark. `main.tsx` applies them. */
export function opening(): Plugin {
  return {
    name: "opening",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (html) => html.replaceAll(SHEET, '<link rel="preload" as="style"'),
    },
  };
}
