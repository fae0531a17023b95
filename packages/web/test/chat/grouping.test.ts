import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Entry, MessageEntry } from "../../src/chat/entry.ts";
import { place } from "../../src/chat/grouping.ts";

const NOON = new Date(2026, 10, 23, 12).getTime();
const MINUTE = 60_000;

function message(key: string, user: string | undefined, minutes: number): MessageEntry {
  return {
    kind: "message",
    key,
    timeMs: NOON + minutes * MINUTE,
    author: user === undefined ? undefined : { user, name: user, face: user },
    mine: false,
    body: { kind: "text", text: key },
    to: undefined,
    position: undefined,
  };
}

function leading(entries: readonly Entry[]): readonly string[] {
  return place(entries)
    .filter(({ leads }) => leads)
    .map(({ entry }) => entry.key);
}

describe("messages", () => {
  it("of one author within five minutes stand under one name", () => {
    const list = [message("a", "u1", 0), message("b", "u1", 4), message("c", "u2", 4), message("d", "u1", 5)];
    assert.deepEqual(leading(list), ["a", "c", "d"]);
  });

  it("of one author after a pause carry the name again", () => {
    assert.deepEqual(leading([message("a", "u1", 0), message("b", "u1", 6)]), ["a", "b"]);
  });

  it("of one author after a notice carry the name again", () => {
    const notice = { kind: "notice", key: "n", timeMs: NOON, change: "joined", names: ["Bob"] } as const;
    assert.deepEqual(leading([message("a", "u1", 0), notice, message("b", "u1", 1)]), ["a", "b"]);
  });

  it("that are private never stand under the name of public ones", () => {
    const secret = { ...message("b", "u1", 1), to: { room: "lobby", user: "u2", name: "Bob" } };
    assert.deepEqual(leading([message("a", "u1", 0), secret]), ["a", "b"]);
  });

  it("of the backend are one author", () => {
    assert.deepEqual(leading([message("a", undefined, 0), message("b", undefined, 1)]), ["a"]);
  });

  it("begin a day with a line", () => {
    const placed = place([message("a", "u1", 0), message("b", "u1", 1), message("c", "u1", 24 * 60)]);
    assert.deepEqual(
      placed.map(({ startsDay }) => startsDay),
      [true, false, true],
    );
  });
});
