import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, describe, it } from "node:test";
import { pathToFileURL } from "node:url";

const SCRIPTS = resolve(import.meta.dirname, "..", "scripts");

describe("the scripts", () => {
  it("say so when Node is too old", () => {
    const pretend = 'Object.defineProperty(process.versions, "node", { value: "20.18.3" })';
    for (const script of ["start", "test", "build", "check"]) {
      const run = spawnSync(
        process.execPath,
        ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`, join(SCRIPTS, `${script}.mjs`)],
        { encoding: "utf8" },
      );
      assert.equal(run.status, 1, `${script}.mjs fails`);
      assert.equal(run.stderr, "Tidewire needs Node 20.19 or newer; this is Node 20.18.3.\n");
    }
  });
});

describe("the summary of a test run", () => {
  it("names every skipped test and suite with its reason, and holds the runner's totals", () => {
    const folder = mkdtempSync(join(tmpdir(), "tidewire-summary-"));
    after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "skips.test.mjs");
    writeFileSync(
      file,
      `import { describe, it } from "node:test";
       it("passes", () => {});
       it("has a reason", { skip: "needs PHP" }, () => {});
       it("has none", { skip: true }, () => {});
       describe("a suite", { skip: "needs Redis" }, () => { it("is not reached", () => {}); });`,
    );
    const reporter = pathToFileURL(join(SCRIPTS, "lib", "summary-reporter.mjs")).href;
    const { NODE_TEST_CONTEXT: _, ...env } = process.env; // else the inner runner reports to the outer one
    const run = spawnSync(process.execPath, ["--test", `--test-reporter=${reporter}`, file], {
      encoding: "utf8",
      env,
    });
    const { skipped, totals }: { skipped: string[]; totals: string[] } = JSON.parse(run.stdout);
    assert.deepEqual(
      skipped.map((sentence) => sentence.replace(/^.*skips\.test\.mjs: /, "")),
      ["has a reason: needs PHP", "has none", "a suite: needs Redis"],
    );
    assert.ok(totals.includes("pass 1"), "the totals are the runner's own lines");
  });
});
