import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonValue } from "@tidewire/client";
import { type Comment, readComment } from "../../src/danmaku/comment.ts";

function read(data: JsonValue, from: Parameters<typeof readComment>[0]["from"]): Comment {
  return readComment({ id: "m1", time: 1, from, data }, "me");
}

const STRANGER = { user: "eve", connection: "c1" };

test("a comment is read with its colour; an unknown one is white", () => {
  assert.deepEqual(read({ text: "hi", colour: "pink" }, STRANGER), {
    id: "m1",
    timeMs: 1,
    text: "hi",
    colour: "pink",
    rank: "plain",
  });
  assert.equal(read({ text: "hi", colour: "url(x)" }, STRANGER).colour, "white");
});

test("gifts and the moderator's words are the backend's alone", () => {
  assert.equal(read({ text: "a boat", kind: "gift" }, { api: true }).rank, "gift");
  assert.equal(read({ text: "a boat", kind: "gift" }, STRANGER).rank, "plain");
  assert.equal(read({ text: "a boat", kind: "own" }, { api: true }).rank, "plain");
  assert.equal(read("mine", { user: "me", connection: "c2" }).rank, "own");
});

test("whatever else comes is one line of text, and not a long one", () => {
  assert.equal(read({ order: 118 }, { api: true }).text, '{"order":118}');
  assert.equal(read("one\ntwo", STRANGER).text, "one two");
  assert.equal(read("x".repeat(500), STRANGER).text.length, 60);
});
