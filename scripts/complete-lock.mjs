// Adds to package-lock.json the optional packages of other platforms that npm left out of it, because the
// registry it was written from does not hold them. docs/decisions/0001-lock-file.md says why. Run it after
// every `npm install`; a test fails until the lock is whole.
import "./lib/node-version.mjs";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { completeLock } from "./lib/lock-file.mjs";
import { ROOT } from "./lib/root.mjs";

const file = join(ROOT, "package-lock.json");
const { lock, added } = completeLock(JSON.parse(readFileSync(file, "utf8")));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(
  added.length === 0 ? "package-lock.json is whole" : `Added to package-lock.json:\n${added.join("\n")}`,
);
