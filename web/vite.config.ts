/** How the page is bundled; `build.ts` decides when, and where to. */
import { fileURLToPath } from "node:url";
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { compression } from "vite-plugin-compression2";
import { VitePWA } from "vite-plugin-pwa";
import { leanPackages } from "./lean-packages.ts";

/** Languages of code and other editors' keys: the worker keeps none before it is wanted. */
const FOR_FEW = /@codemirror\/(?:lang-(?!markdown)|legacy-modes)|@replit\//;
const WANTED_BY_FEW = "few";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  clearScreen: false,
  logLevel: "warn",
  plugins: [
    leanPackages,
    preact({ devToolsEnabled: false }),
    VitePWA({
      // `offline-shell.ts` registers it: the content policy allows no inline script.
      injectRegister: null,
      registerType: "autoUpdate",
      manifest: {
        id: "/",
        name: "Quire",
        short_name: "Quire",
        description: "Write together.",
        start_url: "/",
        display: "standalone",
        background_color: "#fdfcf9",
        theme_color: "#fdfcf9",
        icons: [{ src: "/icon.svg", sizes: "any", type: "image/svg+xml" }],
      },
      workbox: {
        globPatterns: ["**/*.{html,js,css,svg}"],
        globIgnores: [`assets/${WANTED_BY_FEW}/**`],
        // Their names change with their content, so that the browser's own cache may be trusted.
        dontCacheBustURLsMatching: /^assets\//,
        navigateFallback: "/index.html",
        navigateFallbackAllowlist: [/^\/(new|d\/[\w-]+\/?)?(\?.*)?$/],
        inlineWorkboxRuntime: true,
        sourcemap: false,
      },
    }),
    compression({ algorithms: ["brotliCompress", "gzip"], threshold: 512 }),
  ],
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 1000,
    emptyOutDir: true,
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        chunkFileNames: ({ moduleIds }) => {
          const isWantedByFew = moduleIds.some((id) => FOR_FEW.test(id));
          return `assets/${isWantedByFew ? `${WANTED_BY_FEW}/` : ""}[name]-[hash].js`;
        },
      },
    },
  },
});
