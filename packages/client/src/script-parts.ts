import type { Parts } from "./parts.ts";

/*
 * How the script for pages loads the parts: from the folder `client/` beside it. The build puts this file in the place
 * of `parts.ts` (vite.config.ts).
 */

/** Where this script came from. Asked while it runs: later nobody knows. */
const SCRIPT_URL = scriptUrl();

/** The parts of the script that a page loads by a `<script>` tag. */
export const PARTS: Parts = {
  persistence: () => load("persistence"),
  patterns: () => load("patterns"),
  // Every browser has it.
  webSocket: () => Promise.reject(new Error()),
  fallback: () => load("fallback"),
};

function scriptUrl(): string | undefined {
  const { document, location }: Partial<typeof globalThis> = globalThis;
  const script = document?.currentScript ?? undefined;
  return script !== undefined && "src" in script ? script.src : location?.href;
}

/** Script and parts are built together, so that a part is what its name says. */
function load<Part>(name: keyof Parts): Promise<Part> {
  return import(/* @vite-ignore */ new URL(`client/${name}.js`, SCRIPT_URL).href);
}
