import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, it } from "node:test";
import { removeStaleOutput } from "../scripts/lib/stale-output.mjs";

it("a build removes the output of a source that is gone, and nothing else", () => {
  const folder = mkdtempSync(join(tmpdir(), "tidewire-build-"));
  after(() => rmSync(folder, { recursive: true }));
  const kept = [
    "dist/index.js",
    "dist/index.d.ts",
    "dist/index.js.map",
    "dist/core/frame.js",
    "dist/script.txt",
  ];
  const stale = [
    "dist/gone.js",
    "dist/gone.js.map",
    "dist/gone.d.ts",
    "dist/core/gone.d.ts",
    "dist/core/gone.js",
  ];
  for (const file of ["src/index.ts", "src/core/frame.ts", ...kept, ...stale]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }

  removeStaleOutput(folder);

  assert.deepEqual(
    kept.filter((file) => !existsSync(join(folder, file))),
    [],
  );
  assert.deepEqual(
    stale.filter((file) => existsSync(join(folder, file))),
    [],
  );
});
