import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LOG_EVENTS, type LogEventFacts } from "../../src/base/log-events.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { codeBlocks, readPage, tableOf } from "../support/markdown.ts";

const page = readPage("logging.md");
const events: readonly (readonly [string, LogEventFacts])[] = Object.entries(LOG_EVENTS);

describe("docs/logging.md", () => {
  it("lists every event with its level, when it is logged, and its fields", () => {
    const expected = events.map(([name, { level, about, fields }]) => [
      `\`${name}\``,
      level,
      about,
      fields.map((field) => `\`${field}\``).join(", "),
    ]);
    assert.deepEqual(tableOf(page, "event", "level", "when", "fields"), expected);
  });

  it("lists the settings of the files with their defaults", () => {
    const expected = SETTINGS.filter(({ path }) => path.startsWith("log.") && path !== "log.level");
    const listed = tableOf(page, "setting", "default", "what it does").map(([name, preset]) => [
      name,
      preset,
    ]);
    assert.deepEqual(
      listed,
      expected.map(({ path, facts }) => [`\`${path}\``, `\`${String(facts.default)}\``]),
    );
  });

  it("shows a line with fields that its event has", () => {
    const [example = ""] = codeBlocks(page, "json");
    const { level, event, time: _time, msg: _msg, ...fields } = JSON.parse(example);
    const facts = events.find(([name]) => name === event)?.[1];
    assert.equal(level, facts?.level);
    for (const field of Object.keys(fields)) assert.ok(facts?.fields.includes(field), field);
  });
});
