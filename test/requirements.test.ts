import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = readFileSync(new URL("../docs/requirements.md", import.meta.url), "utf8");

/** The files and folders of the repository that a page names. */
function pathsIn(text: string): readonly string[] {
  return [...text.matchAll(/`((?:packages|conformance|examples|scripts|test)\/[^`\s]*)`/g)].flatMap(
    ([, path]) => path ?? [],
  );
}

describe("docs/guarantees.md", () => {
  const guarantees = readFileSync(new URL("../docs/guarantees.md", import.meta.url), "utf8");

  it("names a test for each of the seven promises, and each is there", () => {
    const rows = guarantees.split("\n").filter((line) => /^\| \d \|/.test(line));
    assert.equal(rows.length, 7);
    for (const row of rows) {
      const named = pathsIn(row);
      assert.ok(named.length > 0, `no test is named in: ${row}`);
      for (const path of named)
        assert.ok(existsSync(`${root}${path}`), `${path} is named and does not exist`);
    }
  });
});

describe("docs/requirements.md", () => {
  it("has one row for each of the 22 needs, in order", () => {
    const numbers = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number));
    assert.deepEqual(
      numbers,
      Array.from({ length: 22 }, (_, index) => index + 1),
    );
  });

  it("names only files and folders that exist", () => {
    const named = pathsIn(page);
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
