import { defineConfig } from "vite";

/** The build for a `<script>` tag: one file that defines the global `Tidewire`. */
export default defineConfig({
  logLevel: "warn",
  resolve: { conditions: ["tidewire-source"] },
  build: {
    target: "es2022",
    // tsc writes the modules into the same folder.
    emptyOutDir: false,
    lib: { entry: "src/script.ts", formats: ["iife"], name: "TidewireScript", fileName: () => "client.js" },
  },
});
