import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { completeLock } from "../scripts/lib/lock-file.mjs";
import type { LockFile } from "../scripts/lib/lock-file.mjs";

const ROOT = resolve(import.meta.dirname, "..");

describe("package-lock.json", () => {
  const lock: LockFile = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));

  it("names every platform's packages, so that npm ci works on all of them", () => {
    assert.deepEqual(completeLock(lock).added, [], "run `node scripts/complete-lock.mjs`");
  });

  it("knows the dependencies of every workspace, as npm ci demands", () => {
    const workspaces = Object.values(lock.packages).filter((entry) => entry.link === true);
    assert.ok(workspaces.length >= 5, "the workspaces are links in the lock");
    for (const folder of ["", ...workspaces.map((entry) => entry.resolved ?? "")]) {
      const manifest = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
      for (const table of ["dependencies", "devDependencies"] as const) {
        const locked = lock.packages[folder]?.[table];
        assert.deepEqual(locked, manifest[table], `run \`npm install\`: ${folder}/package.json has changed`);
      }
    }
  });

  it("names no registry", () => {
    const resolved = Object.values(lock.packages)
      .filter((entry) => entry.link !== true)
      .map((entry) => entry.resolved ?? "")
      .filter((url) => url !== "");
    assert.deepEqual(resolved, [], "remove `resolved`, which .npmrc should have kept out");
  });
});

describe("completing a lock", () => {
  const parent = {
    version: "2.0.0",
    dev: true,
    optionalDependencies: { "@tool/cli-linux-x64-musl": "2.0.0", "@tool/cli-darwin-arm64": "2.0.0" },
  };

  it("reads system, processor and C library from the package's name", () => {
    const { lock, added } = completeLock({ packages: { "node_modules/tool": parent } });
    assert.deepEqual(added, ["@tool/cli-linux-x64-musl@2.0.0", "@tool/cli-darwin-arm64@2.0.0"]);
    assert.deepEqual(lock.packages["node_modules/@tool/cli-linux-x64-musl"], {
      version: "2.0.0",
      cpu: ["x64"],
      dev: true,
      libc: ["musl"],
      optional: true,
      os: ["linux"],
    });
    assert.deepEqual(lock.packages["node_modules/@tool/cli-darwin-arm64"], {
      version: "2.0.0",
      cpu: ["arm64"],
      dev: true,
      optional: true,
      os: ["darwin"],
    });
  });

  it("keeps what the lock holds, and the order in which npm writes it", () => {
    const present = { version: "2.0.0", integrity: "sha512-x", optional: true };
    const packages = { "node_modules/@tool/cli-darwin-arm64": present, "node_modules/tool": parent };
    const { lock, added } = completeLock({ packages });
    assert.deepEqual(added, ["@tool/cli-linux-x64-musl@2.0.0"]);
    assert.equal(lock.packages["node_modules/@tool/cli-darwin-arm64"], present);
    assert.deepEqual(Object.keys(lock.packages), [
      "node_modules/@tool/cli-darwin-arm64",
      "node_modules/@tool/cli-linux-x64-musl",
      "node_modules/tool",
    ]);
  });

  it("refuses a package whose platform it cannot tell", () => {
    const odd = { optionalDependencies: { "fast-thing": "1.0.0" } };
    assert.throws(() => completeLock({ packages: { "node_modules/odd": odd } }), /fast-thing@1\.0\.0/);
  });
});
