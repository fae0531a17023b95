import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * Deletes from a package's dist what the compiler wrote for sources that are gone since.
 *
 * The compiler itself never deletes, so a module that was removed or renamed would stay importable.
 *
 * @param {string} packageFolder absolute
 */
export function removeStaleOutput(packageFolder) {
  const dist = join(packageFolder, "dist");
  if (!existsSync(dist)) return;
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const output = join(entry.parentPath, entry.name);
    const module = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(relative(dist, output))?.[1];
    if (module === undefined) continue;
    const source = join(packageFolder, "src", module);
    if (!existsSync(`${source}.ts`) && !existsSync(`${source}.tsx`)) rmSync(output);
  }
}
