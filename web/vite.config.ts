import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { compressed } from "./compressed.ts";
import { licences } from "./licences.ts";
import { opening } from "./opening.ts";

/** The server to which `npm run dev` proxies API calls. */
const STUDIO = process.env.ARTIFEX_SERVER ?? "http://127.0.0.1:8188";

export default defineConfig({
  plugins: [react(), licences(fileURLToPath(new URL(".", import.meta.url))), opening(), compressed()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    // Inside the Python package, so that wheels contain the page; the server serves it from there.
    outDir: "../src/artifex/api/page",
    emptyOutDir: true,
    assetsInlineLimit: 0, // the content security policy allows no data: scripts or styles
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        // Code shared by several pages goes into one file, which compresses better than fifty small ones.
        codeSplitting: { groups: [{ name: "parts", test: /node_modules/, minShareCount: 3 }] },
      },
    },
  },
  server: {
    proxy: { "/api": { target: STUDIO, ws: true, changeOrigin: true, headers: { origin: STUDIO } } },
  },
  test: { environment: "jsdom", setupFiles: ["src/shared/testing/setup.ts"], restoreMocks: true },
});
