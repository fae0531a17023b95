import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeCloseFrame, encodeFrame, frameHeaderBytes } from "../../src/core/frame-encoder.ts";
import { Opcode } from "../../src/core/opcode.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

for (const [length, header] of [
  [0, "8200"],
  [125, "827d"],
  [126, "827e007e"],
  [65535, "827effff"],
  [65536, "827f0000000000010000"],
] as const) {
  test(`a frame of ${length} bytes takes the shortest length`, () => {
    const frame = encodeFrame(Opcode.binary, new Uint8Array(length));
    assert.equal(hex(frame.subarray(0, header.length / 2)), header);
    assert.equal(frame.length, frameHeaderBytes(length, false) + length, "the buffer has the exact size");
  });
}

test("a masked frame is the example of RFC 6455 §5.7", () => {
  const frame = encodeFrame(Opcode.text, Buffer.from("Hello"), { maskKey: 0x37fa213d });
  assert.equal(hex(frame), "818537fa213d7f9f4d5158");
});

test("fragments and compressed messages set their bits", () => {
  assert.equal(hex(encodeFrame(Opcode.text, Buffer.from("a"), { fin: false })), "010161");
  assert.equal(hex(encodeFrame(Opcode.text, Buffer.from("a"), { rsv1: true })), "c10161");
});

test("the payload is left as it is", () => {
  const payload = Buffer.from("Hello");
  encodeFrame(Opcode.text, payload, { maskKey: 0x37fa213d });
  assert.equal(payload.toString(), "Hello");
});

test("a close frame carries code and reason, or nothing for 1005", () => {
  assert.equal(hex(encodeCloseFrame(1001, "bye")), "880503e9627965");
  assert.equal(hex(encodeCloseFrame(1005, "")), "8800");
});
