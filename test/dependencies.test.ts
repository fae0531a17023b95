import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";

const ROOT = resolve(import.meta.dirname, "..");

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, string>>;
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
}

/** The packages that a row of a table in docs/dependencies.md names. */
function documented(): string[] {
  const text = readFileSync(join(ROOT, "docs", "dependencies.md"), "utf8");
  return [...text.matchAll(/^\| `([^`]+)` \| \S/gm)].map((row) => row[1]!);
}

describe("docs/dependencies.md", () => {
  it("gives a reason for each dependency of every workspace, and for nothing else", () => {
    const root = manifest(".");
    const workspaces = (root.workspaces ?? []).map(manifest);
    const ours = new Set(workspaces.map((workspace) => workspace.name));
    const used = [root, ...workspaces]
      .flatMap((each) => [each.dependencies, each.devDependencies, each.overrides])
      .flatMap((table) => Object.keys(table ?? {}))
      .filter((name) => !ours.has(name));
    assert.deepEqual(documented().toSorted(), [...new Set(used)].toSorted());
  });
});
