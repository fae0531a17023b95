import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { INTERNAL_NAMES } from "./internal-names.ts";

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** The build for a `<script>` tag: one file that defines the global `Tidewire`. Its parts are built by vite.parts.config.ts. */
export default defineConfig({
  logLevel: "warn",
  resolve: { conditions: ["tidewire-source"] },
  plugins: [
    {
      name: "parts-beside-the-script",
      enforce: "pre",
      resolveId: (id) => (id === "./parts.ts" ? here("src/script-parts.ts") : null),
    },
  ],
  build: {
    target: "es2022",
    // tsc writes the modules into the same folder.
    emptyOutDir: false,
    rolldownOptions: {
      output: {
        minify: {
          compress: true,
          mangle: true,
          codegen: { removeWhitespace: true },
          mangleProps: { include: new RegExp(`^(?:${INTERNAL_NAMES.join("|")})$`) },
        },
      },
    },
    lib: { entry: "src/script.ts", formats: ["iife"], name: "TidewireScript", fileName: () => "client.js" },
  },
});
