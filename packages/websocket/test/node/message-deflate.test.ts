import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import type { DeflateAgreement } from "../../src/core/deflate-negotiation.ts";
import { MessageDeflate } from "../../src/node/message-deflate.ts";

const ALONE: DeflateAgreement = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};
const TAKEOVER: DeflateAgreement = {
  ...ALONE,
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
};
const MANY = 1_000_000;

/** Inflates a message given in hexadecimal, as RFC 7692 prints its examples. */
function inflate(codec: MessageDeflate, hex: string, maxBytes = MANY): string {
  const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const plain = codec.inflate(bytes, 0, bytes.length, maxBytes);
  return typeof plain === "string" ? `failure: ${plain}` : plain.toString();
}

for (const [title, hex] of [
  ["one block (§7.2.3.1)", "f2 48 cd c9 c9 07 00"],
  ["no compression (§7.2.3.3)", "00 05 00 fa ff 48 65 6c 6c 6f 00"],
  ["a final block (§7.2.3.4)", "f3 48 cd c9 c9 07 00 00"],
  ["two blocks (§7.2.3.5)", "f2 48 05 00 00 00 ff ff ca c9 c9 07 00"],
] as const) {
  test(`the RFC's example with ${title} inflates to Hello`, () => {
    assert.equal(inflate(new MessageDeflate(ALONE, 6), hex), "Hello");
  });
}

test("the RFC's example of context takeover (§7.2.3.2) inflates twice to Hello", () => {
  const codec = new MessageDeflate(TAKEOVER, 6);
  assert.equal(inflate(codec, "f2 48 cd c9 c9 07 00"), "Hello");
  assert.equal(inflate(codec, "f2 00 11 00 00"), "Hello");
  assert.equal(
    inflate(new MessageDeflate(ALONE, 6), "f2 00 11 00 00"),
    "failure: invalid",
    "without the first message",
  );
});

test("final blocks with more behind them inflate to the whole, each able to refer back", () => {
  const window = Buffer.from("a text that repeats ");
  const first = deflateRawSync(window);
  const second = deflateRawSync(window, { dictionary: window, finishFlush: constants.Z_SYNC_FLUSH });
  const message = Buffer.concat([first, second.subarray(0, -4)]);
  assert.equal(inflate(new MessageDeflate(ALONE, 6), message.toString("hex")), window.toString().repeat(2));
});

test("an empty message is compressed and inflated", () => {
  const codec = new MessageDeflate(ALONE, 6);
  assert.equal(inflate(codec, codec.deflate(Buffer.alloc(0)).toString("hex")), "");
  assert.equal(inflate(codec, "00"), "", "the shortest form of §7.2.3.6");
});

for (const [title, hex] of [
  ["noise", "ff ff ff ff"],
  ["a message that breaks off inside a block", "f2 48 cd"],
  ["nothing at all (an empty message is 00)", ""],
  ["a reference before the beginning", "f2 00 11 00 00"],
] as const) {
  test(`${title} is invalid`, () => {
    assert.equal(inflate(new MessageDeflate(ALONE, 6), hex), "failure: invalid");
  });
}

test("a bomb is stopped at the limit, however it is packed", () => {
  const codec = new MessageDeflate(ALONE, 9);
  const bomb = codec.deflate(Buffer.alloc(10_000_000));
  assert.ok(bomb.length < 10_000, "ten megabytes in ten kilobytes");
  assert.equal(codec.inflate(bomb, 0, bomb.length, 65_536), "tooLong");
  const inParts = Buffer.concat(Array.from({ length: 50 }, () => deflateRawSync(Buffer.alloc(10_000))));
  assert.equal(codec.inflate(inParts, 0, inParts.length, 65_536), "tooLong", "as fifty final blocks");
});

test("a message of exactly the limit passes, one byte more does not", () => {
  const codec = new MessageDeflate(ALONE, 6);
  const message = codec.deflate(Buffer.alloc(100, "x"));
  assert.equal(codec.inflate(message, 0, message.length, 100).length, 100);
  assert.equal(codec.inflate(message, 0, message.length, 99), "tooLong");
});

for (const bits of [9, 10, 12, 15]) {
  test(`what is compressed for a window of ${bits} bits never reaches beyond it`, () => {
    const codec = new MessageDeflate({ ...TAKEOVER, serverMaxWindowBits: bits }, 9);
    const random = Buffer.from(Uint8Array.from({ length: 700 }, (_, i) => (i * i * 31 + i * 7) >>> 3));
    const stream: Buffer[] = [];
    for (let i = 0; i < 6; i++) stream.push(codec.deflate(random), Buffer.from("0000ffff", "hex"));
    // A strict reader of the whole conversation, with no more memory than was agreed on.
    const plain = inflateRawSync(Buffer.concat(stream), {
      windowBits: bits,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    assert.deepEqual(plain, Buffer.concat(Array.from({ length: 6 }, () => random)));
  });
}

test("an 8-bit window is left uncompressed", () => {
  assert.equal(new MessageDeflate({ ...ALONE, serverMaxWindowBits: 8 }, 6).canDeflate, false);
  assert.equal(new MessageDeflate({ ...ALONE, serverMaxWindowBits: 9 }, 6).canDeflate, true);
});

test("any conversation comes through, with and without context takeover", () => {
  const conversation = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.string().map((text) => Buffer.from(text.repeat(9))),
    ),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(ALONE, TAKEOVER, { ...TAKEOVER, serverMaxWindowBits: 9, clientMaxWindowBits: 9 }),
      conversation,
      (agreement, messages) => {
        const sender = new MessageDeflate(agreement, 6);
        const receiver = new MessageDeflate(agreement, 6);
        for (const message of messages) {
          const packed = sender.deflate(message);
          assert.deepEqual(receiver.inflate(packed, 0, packed.length, MANY), Buffer.from(message));
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("no bytes make it throw", () => {
  const codec = new MessageDeflate(ALONE, 6);
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      (bytes) => void codec.inflate(bytes, 0, bytes.length, 10_000),
    ),
  );
});
