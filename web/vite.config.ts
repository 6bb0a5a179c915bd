/** How the page is bundled; `build.ts` decides when, and where to. */
import { fileURLToPath } from "node:url";
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { compression } from "vite-plugin-compression2";
import { VitePWA } from "vite-plugin-pwa";
import { readManifest } from "./build-manifest.ts";
import { leanPackages } from "./lean-packages.ts";
import { keptWhenUsed } from "./precache.ts";

/** So many files are kept that came with use; a diagram needs about ten. */
const MOST_KEPT = 300;

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
      integration: {
        configureOptions: ({ build: { outDir } }, { workbox }) => {
          workbox?.manifestTransforms?.push(async (entries) => {
            // A build that failed comes here too, without one: its own error is the one to tell.
            const later = keptWhenUsed(await readManifest(outDir).catch(() => ({})));
            return { manifest: entries.filter(({ url }) => !later.has(url)) };
          });
        },
      },
      workbox: {
        manifestTransforms: [],
        globPatterns: ["**/*.{html,js,css,svg}"],
        // Few want them, or only with a connection; they are kept once they were used.
        globIgnores: ["**/import-file-*", "**/vim-keys-*", "**/emacs-keys-*"],
        // Their names change with their content, so that the browser's own cache may be trusted.
        dontCacheBustURLsMatching: /^assets\//,
        runtimeCaching: [
          {
            urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/assets/"),
            handler: "CacheFirst",
            options: { cacheName: "quire-assets", expiration: { maxEntries: MOST_KEPT } },
          },
        ],
        navigateFallback: "/index.html",
        navigateFallbackAllowlist: [/^\/(new|d\/[\w-]+\/?)?(\?.*)?$/],
        inlineWorkboxRuntime: true,
        sourcemap: false,
      },
    }),
    compression({ algorithms: ["brotliCompress", "gzip"], threshold: 512 }),
  ],
  worker: { format: "es" },
  build: {
    // A font within a style sheet is refused by the content policy.
    assetsInlineLimit: (file) => (file.endsWith(".woff2") ? false : undefined),
    target: "es2022",
    chunkSizeWarningLimit: 1000,
    emptyOutDir: true,
    manifest: true,
    modulePreload: { polyfill: false },
  },
});
