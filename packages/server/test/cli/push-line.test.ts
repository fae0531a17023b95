import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Push } from "@tidewire/protocol";
import { pushLine } from "../../src/cli/subscribe/push-line.ts";

/** The line without its time. */
function lineOf(push: Push): string | undefined {
  return pushLine(push, (_look, text) => text, 0)?.replace(/^\d\d:\d\d:\d\d\.\d{3} {2}/, "");
}

const ANN = { user: "ann", connection: "c1" };
const SOMEBODY = { connection: "c2" };

describe("a push in the terminal", () => {
  it("is a message with its offset, its key and what was left out before it", () => {
    const bare = { type: "message", channel: "news", id: "m", time: 1, from: { api: true } } as const;
    assert.equal(lineOf({ ...bare, epoch: "k3", offset: 7, data: { a: 1 } }), 'news  7  {"a":1}');
    assert.equal(
      lineOf({ ...bare, key: "AAPL", data: 1, dropped: 2 }),
      "news  –  AAPL  1  (2 before it were not sent)",
    );
  });

  it("is a gap with its range and its reason", () => {
    const gap = { type: "gap", channel: "news", epoch: "k3", reason: "expired" } as const;
    assert.equal(lineOf({ ...gap, from: 4, to: 9 }), "news  gap from 4 to 9: expired");
    assert.equal(lineOf({ ...gap, from: null, to: null }), "news  gap from ? to ?: expired");
  });

  it("says who comes, goes and is there", () => {
    assert.equal(lineOf({ type: "join", channel: "room", members: [ANN] }), "room  ann joined");
    assert.equal(lineOf({ type: "leave", channel: "room", members: [ANN, SOMEBODY] }), "room  ann, c2 left");
    assert.equal(lineOf({ type: "presence", channel: "room", members: [] }), "room  here: nobody");
    const large = { type: "presence", channel: "room", count: 812, members: [ANN] } as const;
    assert.equal(lineOf(large), "room  here: 812, among them ann");
  });

  it("is nothing where it only moves a position", () => {
    assert.equal(lineOf({ type: "position", channel: "news", epoch: "k3", offset: 1 }), undefined);
    assert.equal(lineOf({ type: "pong" }), undefined);
  });
});
