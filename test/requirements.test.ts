import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = readFileSync(new URL("../docs/requirements.md", import.meta.url), "utf8");

describe("docs/requirements.md", () => {
  it("has one row for each of the 22 needs, in order", () => {
    const numbers = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number));
    assert.deepEqual(
      numbers,
      Array.from({ length: 22 }, (_, index) => index + 1),
    );
  });

  it("names only files and folders that exist", () => {
    const named = [...page.matchAll(/`((?:packages|conformance|examples|scripts|test)[^`]*)`/g)].flatMap(
      ([, path]) => (path === undefined ? [] : [path]),
    );
    assert.ok(named.length > 20, "the table names the places where things live");
    for (const path of named) assert.ok(existsSync(`${root}${path}`), `${path} is named and does not exist`);
  });

  it("says of every need where it is and what proves it, or that it is open", () => {
    for (const row of page.split("\n").filter((line) => /^\| \d+ \|/.test(line))) {
      const [, number, , where, proof, open] = row.split("|").map((cell) => cell.trim());
      const isThere = where !== "" && proof !== "";
      assert.ok(isThere || open !== "", `row ${number} is neither there nor called open`);
    }
  });
});
