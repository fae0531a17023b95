import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeHeader, decodeMessage, encodeMessage } from "../../src/broker/lmdb/message-codec.ts";
import { StoreDamaged, StoreTooNew } from "../../src/broker/store-errors.ts";
import type { Message } from "../../src/core/message.ts";

const text = fc.string({ unit: "grapheme", maxLength: 20 });
const plain = { noNullPrototype: true } as const;
const message: fc.Arbitrary<Message> = fc.record(
  {
    channel: fc.constant("news"),
    epoch: fc.constant("e1"),
    offset: fc.constant(7),
    id: text,
    timeMs: fc.nat({ max: 2 ** 45 }),
    from: fc.oneof(
      fc.constant({ kind: "api" } as const),
      fc.record({ kind: fc.constant("client" as const), user: fc.option(text), connection: text }, plain),
    ),
    key: fc.option(text),
    priority: fc.constantFrom("high" as const, null),
    exclude: fc.option(text),
    dataJson: fc.json(),
  },
  plain,
);

test("a message comes back as it was, and its header says what retention needs", () => {
  fc.assert(
    fc.property(message, (original) => {
      const bytes = encodeMessage(original);
      assert.deepEqual(decodeMessage(bytes, "news", "e1", 7), original);
      const user = original.from.kind === "client" ? original.from.user : null;
      assert.deepEqual(decodeHeader(bytes), {
        timeMs: original.timeMs,
        cost: Buffer.byteLength(original.dataJson) + 64,
        user,
      });
    }),
  );
});

test("a message of a newer format, or one that is cut off, is a clear error", () => {
  const bytes = encodeMessage(fc.sample(message, 1)[0]!);
  const newer = Buffer.from(bytes);
  newer[0] = 2;
  assert.throws(() => decodeMessage(newer, "news", "e1", 7), StoreTooNew);
  assert.throws(() => decodeHeader(bytes.subarray(0, 4)), StoreDamaged);
  assert.throws(() => decodeHeader(bytes.subarray(0, 10)), StoreDamaged);
});
