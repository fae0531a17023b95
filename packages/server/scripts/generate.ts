// `npm run generate`: writes what comes from the code into the documentation and the packages. `--check` only compares.
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { GENERATED_FILES, urlOf } from "./generate/generated-files.ts";

const stale = GENERATED_FILES.filter((file) => readFileSync(urlOf(file), "utf8") !== file.content());
if (process.argv.includes("--check")) {
  for (const { path } of stale) console.log(`${path} is not as the code has it: run \`npm run generate\``);
  if (stale.length > 0) process.exitCode = 1;
} else {
  for (const file of stale) writeFileSync(urlOf(file), file.content());
}
