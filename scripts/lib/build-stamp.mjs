import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./root.mjs";

/**
 * One step of the build. It is fresh when its inputs have the contents of its last run and its outputs exist.
 *
 * @typedef {object} BuildStep
 * @property {string} name also a file name
 * @property {readonly string[]} inputs files and folders, relative to the repository; missing ones count as empty
 * @property {readonly string[]} outputs files that must exist
 * @property {() => Promise<void>} run
 */

// Beside the dependencies, so that a new install also builds anew.
const STAMPS = join(ROOT, "node_modules", ".cache", "tidewire");

/** @param {BuildStep} step */
export function isFresh(step) {
  const stamp = join(STAMPS, step.name);
  return (
    step.outputs.every((file) => existsSync(join(ROOT, file))) &&
    existsSync(stamp) &&
    readFileSync(stamp, "utf8") === fingerprint(step.inputs)
  );
}

/** @param {BuildStep} step */
export function markFresh(step) {
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(join(STAMPS, step.name), fingerprint(step.inputs));
}

/**
 * A hash over names and contents. Contents rather than times, because a checkout changes the times.
 *
 * @param {readonly string[]} inputs
 */
function fingerprint(inputs) {
  const hash = createHash("sha256");
  for (const file of inputs.flatMap(filesUnder).toSorted()) {
    hash.update(`${file}\0`).update(
      createHash("sha256")
        .update(readFileSync(join(ROOT, file)))
        .digest(),
    );
  }
  return hash.digest("hex");
}

/**
 * @param {string} path relative to the repository
 * @returns {string[]}
 */
function filesUnder(path) {
  const stat = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [path];
  return readdirSync(join(ROOT, path)).flatMap((name) => filesUnder(join(path, name)));
}
