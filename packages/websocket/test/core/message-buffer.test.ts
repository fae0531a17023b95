import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageBuffer } from "../../src/core/message-buffer.ts";

test("pieces are joined in order, and taking them begins anew", () => {
  const buffer = new MessageBuffer();
  for (const piece of ["abc", "", "def"]) buffer.append(Buffer.from(`_${piece}_`), 1, 1 + piece.length, 6);
  assert.equal(buffer.length, 6);
  assert.equal(Buffer.from(buffer.take().subarray(0, 6)).toString(), "abcdef");
  assert.equal(buffer.length, 0);
});

test("a promised length allocates nothing before the bytes have come", () => {
  const buffer = new MessageBuffer();
  buffer.append(new Uint8Array(100), 0, 100, 1_000_000_000);
  assert.ok(buffer.take().length <= 1024, "of a gigabyte announced, only what 100 bytes need");
});

test("no more is allocated than the message can need", () => {
  const buffer = new MessageBuffer();
  for (let i = 0; i < 10; i++) buffer.append(new Uint8Array(100), 0, 100, 1000);
  assert.equal(buffer.take().length, 1000);
});

test("the pieces are copied", () => {
  const buffer = new MessageBuffer();
  const piece = Buffer.from("abc");
  buffer.append(piece, 0, 3, 3);
  piece.fill("x");
  assert.equal(Buffer.from(buffer.take()).toString(), "abc");
});
