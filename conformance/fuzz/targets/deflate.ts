import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { MessageDeflate } from "../../../packages/websocket/src/node/message-deflate.ts";
import { type FuzzTarget, texts } from "../fuzz-target.ts";

const MAX_PLAIN_BYTES = 4096;

/** What we compress is what is inflated again, and no message inflates to more than it may. */
export const deflate: FuzzTarget = {
  name: "deflate",
  files: ["/websocket/src/node/message-deflate.ts"],
  seeds: [
    ...texts("\x00hello hello hello", "\x07a", `\x0f${"ab".repeat(200)}`),
    ...["hello", "x".repeat(9000), ""].map((plain) =>
      Buffer.concat([Buffer.from([0]), deflateRawSync(plain)]),
    ),
    Buffer.from([3, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]),
  ],
  tokens: [Buffer.from([0x00, 0x00, 0xff, 0xff]), Buffer.from([0x03, 0x00]), deflateRawSync("hello")],
  maxBytes: 600,
  run(input) {
    const [decision = 0] = input;
    const bytes = input.subarray(1);
    const agreement = {
      serverNoContextTakeover: (decision & 1) === 0,
      clientNoContextTakeover: (decision & 2) === 0,
      serverMaxWindowBits: 9 + (decision % 7),
      clientMaxWindowBits: 9 + (decision % 7),
    };
    const strangers = new MessageDeflate(agreement, 1);
    for (let turn = 0; turn < 2; turn += 1) {
      const plain = strangers.inflate(bytes, 0, bytes.length, MAX_PLAIN_BYTES);
      if (typeof plain === "string") break;
      assert.ok(plain.length <= MAX_PLAIN_BYTES, `${plain.length} bytes were inflated`);
    }
    const writer = new MessageDeflate(agreement, 1);
    const reader = new MessageDeflate(
      { ...agreement, clientNoContextTakeover: agreement.serverNoContextTakeover },
      1,
    );
    for (const plain of [bytes, bytes.subarray(bytes.length >>> 1)]) {
      const compressed = writer.deflate(plain);
      assert.deepEqual(reader.inflate(compressed, 0, compressed.length, MAX_PLAIN_BYTES), Buffer.from(plain));
    }
  },
};
