import { readFileSync } from "node:fs";

/** The version of this package, as its package.json says. */
export const VERSION: string = readVersion();

/** The file is two folders up from the sources as well as from what is built of them. */
function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const version: unknown =
    typeof manifest === "object" && manifest !== null ? Reflect.get(manifest, "version") : "";
  return typeof version === "string" ? version : "";
}
