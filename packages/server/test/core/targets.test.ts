import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { resolveTargets } from "../../src/core/targets.ts";

describe("whom a push goes to", () => {
  test("users are their inboxes, spelt so that no two share one", () => {
    const resolved = resolveTargets({ users: ["ann", "a.b", "a=2Eb", "ü"] }, 10);
    assert.deepEqual(resolved, {
      ok: true,
      channels: ["@ann", "@a=2Eb", "@a=3D2Eb", "@=C3=BC"],
      isList: true,
    });
  });

  test("one channel or user is no list, a list of one is", () => {
    assert.deepEqual(resolveTargets({ channel: "news" }, 1), { ok: true, channels: ["news"], isList: false });
    assert.deepEqual(resolveTargets({ channels: ["news"] }, 1), {
      ok: true,
      channels: ["news"],
      isList: true,
    });
  });

  for (const [why, targets] of [
    ["none at all", {}],
    ["two kinds", { channel: "a", users: ["b"] }],
    ["an empty list", { channels: [] }],
    ["more than allowed", { channels: ["a", "b", "c"] }],
    ["one twice", { users: ["a", "a"] }],
    ["no channel name", { channels: ["a b"] }],
    ["a reserved name", { channel: "$broadcast" }],
    ["no user id", { user: "" }],
  ] as const) {
    test(`are refused: ${why}`, () => {
      assert.equal(resolveTargets(targets, 2).ok, false);
    });
  }
});
