import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { licences } from "./licences.ts";

/** The server that `npm run dev` passes calls on to. */
const STUDIO = process.env.ARTIFEX_SERVER ?? "http://127.0.0.1:8188";

export default defineConfig({
  plugins: [react(), licences(fileURLToPath(new URL(".", import.meta.url)))],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    // Inside the package, so that a wheel carries the page; the server sends it from there.
    outDir: "../src/artifex/api/page",
    emptyOutDir: true,
    assetsInlineLimit: 0, // the page's own rules allow no data: scripts or styles
  },
  server: {
    proxy: { "/api": { target: STUDIO, ws: true, changeOrigin: true, headers: { origin: STUDIO } } },
  },
  test: { environment: "jsdom", setupFiles: ["src/shared/testing/setup.ts"], restoreMocks: true },
});
