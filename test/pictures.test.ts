import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { PICTURES } from "../scripts/pictures/pictures.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(`${root}README.md`, "utf8");
const taken = PICTURES.flatMap(({ name }) => [`${name}-dark.webp`, `${name}-light.webp`]);

describe("docs/images", () => {
  it("has each picture that the script takes, light and dark, and nothing else", () => {
    assert.deepEqual(readdirSync(`${root}docs/images`).toSorted(), taken.toSorted());
  });

  it("has pictures that load quickly", () => {
    for (const file of taken) {
      assert.ok(statSync(`${root}docs/images/${file}`).size <= 150_000, `${file} is too large`);
    }
  });

  it("is shown in the README, the dark ones to those who read in the dark", () => {
    for (const { name } of PICTURES) {
      const dark = `<source media="(prefers-color-scheme: dark)" srcset="docs/images/${name}-dark.webp">`;
      assert.ok(readme.includes(dark), `${name} has no dark picture`);
      assert.match(readme, new RegExp(`<img alt="[^"]+" src="docs/images/${name}-light\\.webp">`));
    }
    for (const [, file] of readme.matchAll(/(docs\/images\/[\w.-]+)/g)) {
      assert.ok(existsSync(`${root}${file}`), `${file} is shown and not there`);
    }
  });
});
