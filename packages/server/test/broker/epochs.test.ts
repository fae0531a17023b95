import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  beginEpoch,
  currentEpoch,
  epochAt,
  type Epochs,
  firstEpoch,
  locate,
  MAX_EPOCHS,
} from "../../src/broker/epochs.ts";

/** A stream that opened an epoch after each of these many messages. */
const history = fc.array(fc.nat({ max: 5 }), { maxLength: 12 }).map((lengths) => {
  let epochs: Epochs = firstEpoch("e0");
  let head = 0;
  for (const [index, length] of lengths.entries()) {
    head += length;
    epochs = beginEpoch(epochs, `e${index + 1}`, head, 1);
  }
  return { epochs, head, written: lengths };
});

const isStoreEpoch = (epoch: string) => epoch === "store";

test("an offset belongs to the epoch under which it was written", () => {
  fc.assert(
    fc.property(history, ({ epochs, written }) => {
      let offset = 0;
      for (const [index, length] of written.entries()) {
        for (let count = 0; count < length; count++) assert.equal(epochAt(epochs, ++offset), `e${index}`);
      }
      assert.equal(epochAt(epochs, offset + 1), currentEpoch(epochs));
    }),
  );
});

test("a position that was really handed out goes on without a gap, and one that was lost diverges where its epoch ended", () => {
  fc.assert(
    fc.property(history, fc.nat({ max: 80 }), fc.nat({ max: 12 }), ({ epochs, head }, offset, number) => {
      const index = number % epochs.length;
      const epoch = `e${index}`;
      const lastOfEpoch = (epochs[index + 1]?.first ?? head + 1) - 1;
      const past = { epochs, earliest: 1, isStoreEpoch };
      const located = locate(past, epoch, offset, { epoch: currentEpoch(epochs), offset: head });
      assert.deepEqual(located, {
        cursor: Math.min(offset, lastOfEpoch),
        diverged: offset > lastOfEpoch,
        earliest: 1,
      });
    }),
  );
});

test("an unknown epoch starts at the earliest: diverged, unless it is offset 0 of an epoch of the store", () => {
  const past = { epochs: firstEpoch("e0"), earliest: 8, isStoreEpoch };
  const head = { epoch: "e0", offset: 20 };
  assert.deepEqual(locate(past, "other", 12, head), { cursor: 7, diverged: true, earliest: 8 });
  assert.deepEqual(locate(past, "other", 0, head), { cursor: 7, diverged: true, earliest: 8 });
  assert.deepEqual(locate(past, "store", 0, head), { cursor: 7, diverged: false, earliest: 8 });
  assert.deepEqual(locate(past, "store", 3, head), { cursor: 7, diverged: true, earliest: 8 });
});

test("of too many epochs the oldest go, but none that a stored message needs", () => {
  let epochs = firstEpoch("e0");
  for (let number = 1; number < MAX_EPOCHS + 10; number++)
    epochs = beginEpoch(epochs, `e${number}`, number * 10, number * 10);
  assert.equal(epochs.length, MAX_EPOCHS);
  assert.equal(currentEpoch(epochs), `e${MAX_EPOCHS + 9}`);
  let kept = firstEpoch("e0");
  for (let number = 1; number < MAX_EPOCHS + 10; number++)
    kept = beginEpoch(kept, `e${number}`, number * 10, 1);
  assert.equal(kept.length, MAX_EPOCHS + 10);
  assert.equal(epochAt(kept, 1), "e0");
});
