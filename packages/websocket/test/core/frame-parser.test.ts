import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameParser, type FrameSink } from "../../src/core/frame-parser.ts";

/** The failure that bytes in hexadecimal cause, or "" if they cause none, and how many bytes it took. */
function failureOf(hex: string, role: "server" | "client" = "server"): { reason: string; atByte: number } {
  let reason = "";
  const sink: FrameSink = {
    halted: false,
    onFrameHeader: () => true,
    onPayload: () => true,
    onFailure(code, why) {
      assert.equal(code, 1002, "every framing error is a protocol error");
      reason = why;
    },
  };
  const parser = new FrameParser(role);
  const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
  for (let i = 0; i < bytes.length; i++) {
    parser.push(Buffer.from(bytes.subarray(i, i + 1)), sink);
    if (reason !== "") return { reason, atByte: i + 1 };
  }
  return { reason, atByte: 0 };
}

for (const [title, hex, atByte, reason] of [
  ["RSV2", "a1", 1, "reserved bit set"],
  ["RSV3", "91", 1, "reserved bit set"],
  ["RSV1 on a control frame", "c9", 1, "reserved bit set"],
  ["opcode 3", "83", 1, "reserved opcode"],
  ["opcode 15", "8f", 1, "reserved opcode"],
  ["a ping without FIN", "09", 1, "fragmented control frame"],
  ["a frame without a mask", "81 05", 2, "unmasked frame from a client"],
  ["a ping longer than 125 bytes", "89 fe", 2, "control frame longer than 125 bytes"],
  ["125 in two length bytes", "82 fe 00 7d", 4, "length not in its shortest form"],
  ["65535 in eight length bytes", "82 ff 00 00 00 00 00 00 ff ff", 10, "length not in its shortest form"],
  ["a length with its highest bit set", "82 ff 80", 3, "length beyond 63 bits"],
] as const) {
  test(`${title} fails at byte ${atByte}`, () => {
    assert.deepEqual(failureOf(hex), { reason, atByte });
  });
}

for (const [title, hex] of [
  ["126 bytes in two length bytes", "82 fe 00 7e"],
  ["65535 bytes in two length bytes", "82 fe ff ff"],
  ["65536 bytes in eight length bytes", "82 ff 00 00 00 00 00 01 00 00"],
  ["the longest possible length", "82 ff 7f ff ff ff ff ff ff ff"],
] as const) {
  test(`the header of ${title} is accepted`, () => {
    assert.equal(failureOf(hex).reason, "");
  });
}

test("a client refuses a masked frame and takes an unmasked one", () => {
  assert.equal(failureOf("81 85", "client").reason, "masked frame from a server");
  assert.equal(failureOf("81 05 48 65 6c 6c 6f", "client").reason, "");
});

test("a frame in one chunk is reported in one piece, unmasked", () => {
  const pieces: string[] = [];
  const parser = new FrameParser("server");
  const chunk = Buffer.from("818537fa213d7f9f4d5158", "hex");
  const used = parser.push(chunk, {
    halted: false,
    onFrameHeader: (opcode, fin, rsv1, payloadBytes) =>
      pieces.push(`${opcode} ${fin} ${rsv1} ${payloadBytes}`) > 0,
    onPayload: (bytes, start, end, frameEnds) =>
      pieces.push(`${Buffer.from(bytes).toString("latin1", start, end)} ${frameEnds}`) > 0,
    onFailure: (_code, reason) => assert.fail(reason),
  });
  assert.deepEqual(pieces, ["1 true false 5", "Hello true"]);
  assert.equal(used, chunk.length);
  assert.equal(parser.betweenFrames, true);
});
