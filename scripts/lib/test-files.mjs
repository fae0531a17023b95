import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { ROOT } from "./root.mjs";

/**
 * The test files below the repository, relative to it with `/`, in order. Node 20's runner knows no globs.
 *
 * @param {readonly string[]} filters a file is taken when its path contains one of them; all files if empty
 */
export function listTestFiles(filters = []) {
  const folders = ["packages", "conformance", "examples", "test"].filter((name) =>
    existsSync(join(ROOT, name)),
  );
  return folders
    .flatMap((folder) => testFilesUnder(join(ROOT, folder)))
    .map((file) => relative(ROOT, file).split(sep).join("/"))
    .filter(
      (file) => filters.length === 0 || filters.some((filter) => file.includes(filter.replaceAll("\\", "/"))),
    )
    .toSorted();
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function testFilesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return ["node_modules", "dist", "public"].includes(entry.name) ? [] : testFilesUnder(path);
    return /\.test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

/**
 * Those of the functions that the files call, or what they import by relative path calls, however deep.
 *
 * @param {readonly string[]} files relative to the repository, or absolute
 * @param {readonly string[]} names
 */
export function functionsCalled(files, names) {
  /** @type {Set<string>} */
  const seen = new Set();
  /** @type {Set<string>} */
  const called = new Set();
  const queue = files.map((file) => resolve(ROOT, file));
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file) || !existsSync(file)) continue;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    for (const name of names) if (new RegExp(`(?<!function )\\b${name}\\(`).test(text)) called.add(name);
    for (const [, specifier = ""] of text.matchAll(/from "(\.[^"]+)"/g))
      queue.push(resolve(dirname(file), specifier));
  }
  return names.filter((name) => called.has(name));
}
