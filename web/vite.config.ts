/** How the page is bundled; `build.ts` decides when, and where to. */
import { fileURLToPath } from "node:url";
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { compression } from "vite-plugin-compression2";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  clearScreen: false,
  logLevel: "warn",
  plugins: [
    preact({ devToolsEnabled: false }),
    compression({ algorithms: ["brotliCompress", "gzip"], threshold: 512 }),
  ],
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 1000,
    emptyOutDir: true,
    modulePreload: { polyfill: false },
  },
});
