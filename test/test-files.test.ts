import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { listTestFiles, functionsCalled } from "../scripts/lib/test-files.mjs";

describe("the test runner's list of files", () => {
  it("holds this file, and no file that is not a test", () => {
    const files = listTestFiles();
    assert.ok(
      files.includes("test/test-files.test.ts"),
      "paths are relative to the repository, with slashes",
    );
    assert.deepEqual(
      files.filter((file) => !/\.test\.tsx?$/.test(file) || file.includes("node_modules")),
      [],
    );
  });

  it("holds only matching files when filters are given", () => {
    assert.deepEqual(listTestFiles(["test/test-files", "test/layers"]), [
      "test/layers.test.ts",
      "test/test-files.test.ts",
    ]);
    assert.deepEqual(listTestFiles(["no file is called so"]), []);
  });

  it("tells which finders a test calls, through its imports as well", () => {
    const folder = mkdtempSync(join(tmpdir(), "tidewire-test-files-"));
    after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "a.test.ts"), 'import { open } from "./support/page.ts";\nopen();\n');
    mkdirSync(join(folder, "support"));
    writeFileSync(
      join(folder, "support", "page.ts"),
      'import { findChromium } from "./programs.ts";\nfindChromium();\n',
    );
    writeFileSync(
      join(folder, "support", "programs.ts"),
      "function findChromium() {}\nfunction findPhp() {}\n",
    );
    assert.deepEqual(functionsCalled([join(folder, "a.test.ts")], ["findChromium", "findPhp"]), [
      "findChromium",
    ]);
  });
});
