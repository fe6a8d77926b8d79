import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { compressed } from "./compressed.ts";
import { licences } from "./licences.ts";

/** The server that `npm run dev` passes calls on to. */
const STUDIO = process.env.ARTIFEX_SERVER ?? "http://127.0.0.1:8188";

export default defineConfig({
  plugins: [react(), licences(fileURLToPath(new URL(".", import.meta.url))), compressed()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    // Inside the package, so that a wheel carries the page; the server sends it from there.
    outDir: "../src/artifex/api/page",
    emptyOutDir: true,
    assetsInlineLimit: 0, // the page's own rules allow no data: scripts or styles
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        // What several pages are made of comes in one file: it packs better than fifty small ones.
        codeSplitting: { groups: [{ name: "parts", test: /node_modules/, minShareCount: 3 }] },
      },
    },
  },
  server: {
    proxy: { "/api": { target: STUDIO, ws: true, changeOrigin: true, headers: { origin: STUDIO } } },
  },
  test: { environment: "jsdom", setupFiles: ["src/shared/testing/setup.ts"], restoreMocks: true },
});
