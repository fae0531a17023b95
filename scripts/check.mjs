// `npm run check`: everything that can be checked without a network. `--static` leaves the tests out.
import "./lib/node-version.mjs";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { build } from "./build.mjs";
import { CLIENT_PARTS, CLIENT_SCRIPT } from "./lib/build-steps.mjs";
import { ROOT } from "./lib/root.mjs";
import { main, run, runTool } from "./lib/run.mjs";

/** What the files of the SDK may weigh on the wire: minified and gzipped, as a page loads them. */
const MAX_CLIENT_BYTES = {
  [CLIENT_SCRIPT]: 10 * 1024,
  [join(CLIENT_PARTS, "persistence.js")]: 3 * 1024,
  [join(CLIENT_PARTS, "fallback.js")]: 3 * 1024,
  [join(CLIENT_PARTS, "patterns.js")]: 1024,
};

/** Compares what `npm run generate` would write with what is there. */
const GENERATE_CHECK = [
  "--conditions=tidewire-source",
  "--import",
  "tsx",
  join(ROOT, "packages", "server", "scripts", "generate.ts"),
  "--check",
];

/** The checks in their order, the quick ones first; each tells whether it passed. */
const CHECKS = {
  types: async () => (await runTool("typescript/bin/tsc", ["-b"])) === 0,
  lint: async () => (await runTool("oxlint/bin/oxlint", [])) === 0,
  format: async () => (await runTool("@biomejs/biome/bin/biome", ["format"])) === 0,
  "dead code": async () => (await runTool("knip/bin/knip.js", ["--no-progress"])) === 0,
  "generated files": async () => (await run(process.execPath, GENERATE_CHECK)) === 0,
  size: async () => clientFits(),
  tests: async () => (await run(process.execPath, [join(ROOT, "scripts", "test.mjs")])) === 0,
};

await main(async () => {
  await build();
  const checks = Object.entries(CHECKS).filter(
    ([name]) => name !== "tests" || !process.argv.includes("--static"),
  );
  const failed = [];
  for (const [name, check] of checks) {
    console.log(`\nChecking ${name}`);
    if (!(await check())) failed.push(name);
  }
  console.log(failed.length === 0 ? "\nEvery check passed" : `\nFailed: ${failed.join(", ")}`);
  if (failed.length > 0) process.exitCode = 1;
});

/** Whether each file of the SDK keeps its budget. There is nothing to weigh before they were first built. */
function clientFits() {
  const weights = Object.entries(MAX_CLIENT_BYTES).map(([file, maxBytes]) => {
    if (!existsSync(join(ROOT, file))) return true;
    const bytes = gzipSync(readFileSync(join(ROOT, file)), { level: 9 }).length;
    console.log(`${basename(file)}: ${bytes} of ${maxBytes} bytes, gzipped`);
    return bytes <= maxBytes;
  });
  return weights.every(Boolean);
}
