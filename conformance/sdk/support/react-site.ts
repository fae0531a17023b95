import { fileURLToPath } from "node:url";
import { build } from "vite";
import { servePage, type Site } from "../../lockscreen/support/script-page.ts";

const PAGE =
  '<!doctype html><meta charset="utf-8"><title>Hooks</title><body><script src="/page.js"></script>';

/** Bundles the page in `react-page` with React's development build, which StrictMode needs, and serves it. */
export async function serveReactPage(): Promise<Site> {
  const result = await build({
    configFile: false,
    logLevel: "warn",
    root: fileURLToPath(new URL("../react-page", import.meta.url)),
    resolve: { conditions: ["tidewire-source"] },
    define: { "process.env.NODE_ENV": '"development"' },
    oxc: { jsx: { runtime: "automatic", development: false } },
    build: {
      write: false,
      minify: false,
      lib: { entry: "main.tsx", formats: ["iife"], name: "page", fileName: () => "page.js" },
    },
  });
  const outputs = Array.isArray(result) ? result : "output" in result ? [result] : [];
  const chunks = outputs.flatMap(({ output }) => output);
  const script = chunks.find((chunk) => chunk.type === "chunk" && chunk.isEntry);
  if (script?.type !== "chunk") throw new Error("the page was bundled");
  return servePage(PAGE, new Map([["page.js", script.code]]));
}
