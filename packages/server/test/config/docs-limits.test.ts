import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LIMITS } from "../../src/config/limit-table.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { readPage, tableOf } from "../support/markdown.ts";

const page = readPage("limits.md");

function defaultOf(setting: string): unknown {
  const found = SETTINGS.find(({ path }) => path === setting);
  return found?.facts.default ?? assert.fail(`${setting} must be a setting with a default`);
}

describe("docs/limits.md", () => {
  it("lists every limit with its setting, default, error and what happens", () => {
    const expected = Object.entries(LIMITS).map(([name, { setting, error, effect }]) => [
      `\`${name}\``,
      `\`${setting}\``,
      `\`${String(defaultOf(setting))}\``,
      error === null ? "–" : `\`${error}\``,
      effect,
    ]);
    assert.deepEqual(tableOf(page, "limit", "setting", "default", "error", "when it is exceeded"), expected);
  });

  it("leaves out no setting of the section limits", () => {
    const listed = new Set<string>(Object.values(LIMITS).map(({ setting }) => setting));
    for (const { path } of SETTINGS.filter((setting) => setting.path.startsWith("limits."))) {
      assert.ok(
        listed.has(path) || page.includes(`\`${path}\``),
        `${path} must stand in the table or in the text`,
      );
    }
  });
});
