import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * Deletes from a package's dist what the compiler wrote for sources that are gone since.
 *
 * The compiler itself never deletes, so a module that was removed or renamed would stay importable. Its output is
 * known by the declarations; what others put into dist has none and stays.
 *
 * @param {string} packageFolder absolute
 */
export function removeStaleOutput(packageFolder) {
  const dist = join(packageFolder, "dist");
  if (!existsSync(dist)) return;
  const files = readdirSync(dist, { recursive: true, withFileTypes: true });
  for (const file of files.filter((entry) => entry.name.endsWith(".d.ts"))) {
    const output = join(file.parentPath, file.name.slice(0, -".d.ts".length));
    const source = join(packageFolder, "src", relative(dist, output));
    if (existsSync(`${source}.ts`) || existsSync(`${source}.tsx`)) continue;
    for (const extension of [".d.ts", ".d.ts.map", ".js", ".js.map"])
      rmSync(output + extension, { force: true });
  }
}
