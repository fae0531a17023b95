// `npm test [-- filter …]`: installs and builds what is missing, gets the programs that suites need, and runs
// the test files whose path contains a filter, all if there is none. `--forbid-skips` makes a skip a failure.
import "./lib/node-version.mjs";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { PROGRAMS, aptCalls, locateProgram, thisMachine } from "./lib/programs.mjs";
import { ROOT } from "./lib/root.mjs";
import { Failure, main, run } from "./lib/run.mjs";
import { listTestFiles, functionsCalled } from "./lib/test-files.mjs";

/** A file that runs longer hangs: it is ended and fails. */
const FILE_TIMEOUT_MS = 600_000;

/** Little output, and patience with another apt-get at work. */
const APT_OPTIONS = ["-qq", "-o=Dpkg::Use-Pty=0", "-o=DPkg::Lock::Timeout=120"];

await main(async () => {
  const args = process.argv.slice(2);
  const filters = args.filter((arg) => !arg.startsWith("--"));
  const unknown = args.find((arg) => arg.startsWith("--") && arg !== "--forbid-skips");
  if (unknown !== undefined) throw new Failure(`unknown option ${unknown}`);
  const files = listTestFiles(filters);
  if (files.length === 0) throw new Failure(`no test file's path contains ${filters.join(" or ")}`);

  await build();
  await getPrograms(files);
  const { code, skipped, totals } = await runTests(files);
  const failed = code !== 0 || (args.includes("--forbid-skips") && skipped.length > 0);
  if (skipped.length > 0) {
    console.log(`\n${failed ? "Skipped, which counts as failure here" : "Skipped"}:`);
    for (const sentence of skipped) console.log(`  ${sentence}`);
  }
  // Last, so that the end of the output tells how it went.
  if (skipped.length > 0 || failed) for (const line of totals) console.log(`ℹ ${line}`);
  if (failed) process.exitCode = 1;
});

/**
 * Installs the programs that the files ask for, where this may be done without asking. What stays missing makes
 * the tests that need it skip.
 *
 * @param {readonly string[]} files
 */
async function getPrograms(files) {
  const finders = functionsCalled(
    files,
    PROGRAMS.map((need) => need.finder),
  );
  const missing = PROGRAMS.filter(
    (need) => finders.includes(need.finder) && locateProgram(need) === undefined,
  );
  for (const call of aptCalls(missing, thisMachine())) {
    console.log(`Running apt-get ${call.join(" ")}`);
    const code = await run("/usr/bin/apt-get", [...APT_OPTIONS, ...call], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (code !== 0) console.log(`apt-get failed with exit code ${code}`);
  }
}

/**
 * Runs Node's test runner over the files, with its `spec` report on the terminal.
 *
 * @param {readonly string[]} files
 * @returns {Promise<{ code: number, skipped: string[], totals: string[] }>}
 */
async function runTests(files) {
  const folder = mkdtempSync(join(tmpdir(), "tidewire-test-"));
  const summary = join(folder, "summary.json");
  const reporter = pathToFileURL(join(ROOT, "scripts", "lib", "summary-reporter.mjs")).href;
  try {
    const code = await run(process.execPath, [
      "--conditions=tidewire-source",
      "--import=tsx",
      "--test",
      `--test-concurrency=${Math.max(2, availableParallelism())}`,
      `--test-timeout=${FILE_TIMEOUT_MS}`,
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      `--test-reporter=${reporter}`,
      `--test-reporter-destination=${summary}`,
      ...files,
    ]);
    return { code, ...JSON.parse(readFileSync(summary, "utf8")) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
