import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeCommand, encodeCommand, encodePush } from "@tidewire/protocol";

test("a push is one JSON text without a line feed", () => {
  const text = encodePush({ type: "result", data: { text: "two\nlines" } });
  assert.equal(text, '{"type":"result","data":{"text":"two\\nlines"}}');
});

test("a command that is absent-minded about optional fields leaves them out", () => {
  const text = encodeCommand({ type: "ping" });
  assert.equal(text, '{"type":"ping"}');
  assert.ok(decodeCommand(text).ok);
});
