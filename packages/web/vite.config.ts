import { fileURLToPath } from "node:url";
import preact from "@preact/preset-vite";
import { defaultClientConditions, defineConfig } from "vite";

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/**
 * Builds the pages into the folder that the server serves.
 *
 * Everything under `assets/` has a hash in its name and may be cached for ever. Nothing is inlined: the pages run
 * under a policy that allows neither inline scripts nor `data:` URLs.
 */
export default defineConfig({
  root: here("./src"),
  publicDir: here("./public"),
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
  resolve: { conditions: ["tidewire-source", ...defaultClientConditions] },
  build: {
    outDir: here("../server/public"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The first versions that know light-dark(), which every colour is written with.
    target: ["chrome123", "firefox120", "safari17.5"],
    rolldownOptions: {
      input: {
        landing: here("./src/index.html"),
        chat: here("./src/demo/chat/index.html"),
        danmaku: here("./src/demo/danmaku/index.html"),
        kick: here("./src/demo/kick/index.html"),
        lockscreen: here("./src/demo/lockscreen/index.html"),
        notify: here("./src/demo/notify/index.html"),
        ticker: here("./src/demo/ticker/index.html"),
      },
    },
  },
});
