import { defineConfig } from "vite";

/** The parts that the script for a `<script>` tag loads when they are needed, as modules in the folder `client/`. */
export default defineConfig({
  logLevel: "warn",
  resolve: { conditions: ["tidewire-source"] },
  build: {
    target: "es2022",
    emptyOutDir: false,
    minify: true,
    lib: {
      entry: {
        persistence: "src/persistence.ts",
        fallback: "src/fallback.ts",
        patterns: "src/pattern-standing.ts",
      },
      formats: ["es"],
      fileName: (_format, name) => `client/${name}.js`,
    },
  },
});
