// `npm run check`: everything that can be checked without a network. `--static` leaves the tests out.
import "./lib/node-version.mjs";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { build } from "./build.mjs";
import { CLIENT_SCRIPT } from "./lib/build-steps.mjs";
import { ROOT } from "./lib/root.mjs";
import { main, run, runTool } from "./lib/run.mjs";

/** What the SDK may weigh on the wire: minified and gzipped, as a page loads it. */
const MAX_CLIENT_BYTES = 10 * 1024;

/** The checks in their order, the quick ones first; each tells whether it passed. */
const CHECKS = {
  types: async () => (await runTool("typescript/bin/tsc", ["-b"])) === 0,
  lint: async () => (await runTool("oxlint/bin/oxlint", [])) === 0,
  format: async () => (await runTool("@biomejs/biome/bin/biome", ["format"])) === 0,
  "dead code": async () => (await runTool("knip/bin/knip.js", ["--no-progress"])) === 0,
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

/** Whether the SDK's script keeps its budget. There is nothing to weigh before it was first built. */
function clientFits() {
  const script = join(ROOT, CLIENT_SCRIPT);
  if (!existsSync(script)) return true;
  const bytes = gzipSync(readFileSync(script), { level: 9 }).length;
  console.log(`client.js: ${bytes} of ${MAX_CLIENT_BYTES} bytes, gzipped`);
  return bytes <= MAX_CLIENT_BYTES;
}
