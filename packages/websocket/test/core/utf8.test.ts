import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { decodeUtf8, encodeUtf8, UTF8_ACCEPT, UTF8_REJECT, validateUtf8 } from "../../src/core/utf8.ts";
import { UTF8_SEQUENCES } from "../support/utf8-sequences.ts";

const isValid = (bytes: Uint8Array): boolean =>
  validateUtf8(bytes, 0, bytes.length, UTF8_ACCEPT) === UTF8_ACCEPT;

/** Bytes of which many are nearly UTF-8. */
const nearlyUtf8 = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 3 }),
    ),
  )
  .map((pieces) => Buffer.concat(pieces));

test("the stress sequences are judged right, whole and byte by byte", () => {
  for (const { name, sequences } of UTF8_SEQUENCES) {
    for (const { bytes, valid } of sequences) {
      assert.equal(isValid(bytes), valid, `${name}: ${bytes.toString("hex")}`);
      let state = UTF8_ACCEPT;
      for (let i = 0; i < bytes.length && state !== UTF8_REJECT; i++)
        state = validateUtf8(bytes, i, i + 1, state);
      assert.equal(state === UTF8_ACCEPT, valid, `${name} byte by byte: ${bytes.toString("hex")}`);
    }
  }
});

test("the validator agrees with Node's on any bytes", () => {
  fc.assert(fc.property(nearlyUtf8, (bytes) => isValid(bytes) === isUtf8(bytes)));
});

/** Each incomplete character can be completed by one of these. */
const COMPLETIONS = ["", "80", "8080", "a080", "808080", "908080"].map((hex) => Buffer.from(hex, "hex"));

test("every pair of bytes is judged as Node judges it, as the start of a longer text", () => {
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      const possible = COMPLETIONS.some((rest) => isUtf8(Uint8Array.of(first, second, ...rest)));
      const state = validateUtf8(Uint8Array.of(first, second), 0, 2, UTF8_ACCEPT);
      assert.equal(state !== UTF8_REJECT, possible, `${first.toString(16)} ${second.toString(16)}`);
    }
  }
});

test("short texts are encoded and decoded as Node does it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const bytes = encodeUtf8(text);
      assert.deepEqual(Buffer.from(bytes), Buffer.from(text));
      assert.equal(decodeUtf8(bytes, 0, bytes.length), text);
    }),
  );
});

test("a lone surrogate is encoded as the replacement character", () => {
  assert.deepEqual(Buffer.from(encodeUtf8("a\ud800b")), Buffer.from("a\ufffdb"));
});
