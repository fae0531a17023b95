import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { encodeFrame } from "../../src/core/frame-encoder.ts";
import { Opcode } from "../../src/core/opcode.ts";
import { encodeDeflatedTextFrame, encodeServerFrame, encodeTextFrame } from "../../src/node/server-frame.ts";

test("a text frame is what the core's encoder makes of the text's bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      assert.deepEqual(encodeTextFrame(text), Buffer.from(encodeFrame(Opcode.text, Buffer.from(text))));
    }),
  );
});

for (const length of [125, 126, 65535, 65536]) {
  test(`a text of ${length} bytes has the right header`, () => {
    const text = "é".repeat(length >> 1) + "x".repeat(length & 1);
    assert.deepEqual(encodeTextFrame(text), Buffer.from(encodeFrame(Opcode.text, Buffer.from(text))));
  });
}

test("a lone surrogate goes out as the replacement character, and the length is right", () => {
  assert.deepEqual(encodeTextFrame("a\ud800"), Buffer.from("810461efbfbd", "hex"));
});

test("a binary frame copies its payload", () => {
  const payload = Buffer.from([1, 2, 3]);
  const frame = encodeServerFrame(Opcode.binary, payload);
  payload.fill(0);
  assert.deepEqual(frame, Buffer.from("8203010203", "hex"));
});

test("a compressed text frame has RSV1 and inflates by itself", () => {
  const text = '{"a":1}'.repeat(100);
  const frame = encodeDeflatedTextFrame(text);
  assert.equal(frame[0], 0xc1);
  assert.ok(frame.length < 126, "it is much smaller");
  const tail = Buffer.from([0, 0, 0xff, 0xff, 3, 0]);
  assert.equal(inflateRawSync(Buffer.concat([frame.subarray(2), tail])).toString(), text);
});
