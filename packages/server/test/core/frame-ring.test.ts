import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { FrameRing } from "../../src/core/frame-ring.ts";
import { lineEncoding } from "../support/fake-outbox.ts";

const ENCODING = lineEncoding();

/** Adds offsets `from`–`to`; each piece is its offset and a line feed, each time ten times its offset. */
function fill(ring: FrameRing, from: number, to: number): void {
  for (let offset = from; offset <= to; offset += 1)
    ring.add(offset, Buffer.from(`${offset}\n`), null, offset * 10);
}

/** The offsets that the ring gives after a cursor. */
function offsetsAfter(ring: FrameRing, cursor: number, maxBytes = 1e6): readonly number[] | null {
  const run = ring.after(cursor, maxBytes, 0);
  const bytes = run?.bytesFor("nobody", ENCODING);
  return bytes === null || bytes === undefined
    ? null
    : Buffer.from(bytes).toString().trim().split("\n").map(Number);
}

describe("the ring of a channel's recent messages", () => {
  test("goes on after a cursor that it covers, and after no other", () => {
    const ring = new FrameRing(100, 1e6);
    fill(ring, 11, 14);
    assert.deepEqual(offsetsAfter(ring, 10), [11, 12, 13, 14]);
    assert.deepEqual(offsetsAfter(ring, 13), [14]);
    assert.equal(offsetsAfter(ring, 9), null, "10 is not there");
    assert.equal(offsetsAfter(ring, 14), null, "nothing is newer");
    assert.equal(offsetsAfter(ring, 99), null);
  });

  test("is empty at first, and covers nothing", () => {
    const ring = new FrameRing(100, 1e6);
    assert.equal(ring.covers(0, 0), false);
    assert.equal(offsetsAfter(ring, 0), null);
  });

  test("keeps the newest within its bounds of count and bytes", () => {
    const byCount = new FrameRing(3, 1e6);
    fill(byCount, 1, 10);
    assert.deepEqual(offsetsAfter(byCount, 7), [8, 9, 10]);
    assert.equal(byCount.covers(6, 0), false);
    const byBytes = new FrameRing(100, 7);
    fill(byBytes, 1, 5);
    assert.deepEqual(offsetsAfter(byBytes, 2), [3, 4, 5], "three times two bytes");
    assert.equal(byBytes.bytes, 6);
    byBytes.add(6, Buffer.alloc(100), null, 60);
    assert.equal(byBytes.size, 0, "a message larger than the ring is not kept");
  });

  test("a jump in the offsets empties it, so that a run never has a hole", () => {
    const ring = new FrameRing(100, 1e6);
    fill(ring, 1, 3);
    fill(ring, 7, 8);
    assert.equal(ring.covers(1, 0), false);
    assert.deepEqual(offsetsAfter(ring, 6), [7, 8]);
  });

  test("a message past its time counts as gone", () => {
    const ring = new FrameRing(100, 1e6);
    fill(ring, 1, 5);
    assert.equal(ring.covers(2, 31), false, "3 is of the time 30");
    assert.equal(ring.covers(2, 30), true);
    assert.equal(ring.after(2, 1e6, 31), null);
  });

  test("a run ends after about so many bytes, and has at least one message", () => {
    const ring = new FrameRing(100, 1e6);
    fill(ring, 1, 9);
    assert.deepEqual(offsetsAfter(ring, 0, 4), [1, 2]);
    const fresh = new FrameRing(100, 1e6);
    fresh.add(1, Buffer.from("1\n"), null, 0);
    assert.deepEqual(offsetsAfter(fresh, 0, 1), [1]);
  });

  test("many who ask for the same stretch share one run", () => {
    const ring = new FrameRing(100, 1e6);
    fill(ring, 1, 9);
    const run = ring.after(3, 1e6, 0);
    assert.ok(ring.after(3, 1e6, 0) === run);
    ring.add(10, Buffer.from("10\n"), null, 100);
    assert.deepEqual(offsetsAfter(ring, 3), [4, 5, 6, 7, 8, 9, 10], "and not an outdated one");
  });

  test("its generation tells that it was emptied in between", () => {
    const ring = new FrameRing(100, 1e6);
    fill(ring, 1, 2);
    const { generation } = ring;
    ring.add(3, Buffer.from("3\n"), null, 0);
    assert.equal(ring.generation, generation);
    ring.clear();
    assert.notEqual(ring.generation, generation);
  });

  test("agrees with a plain list, whatever is added and asked", () => {
    const event = fc.oneof(
      { weight: 8, arbitrary: fc.constant({ jump: 0 }) },
      { weight: 1, arbitrary: fc.record({ jump: fc.integer({ min: 1, max: 5 }) }) },
    );
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        (events, maxCount) => {
          const ring = new FrameRing(maxCount, 1e6);
          let kept: number[] = [];
          let last = 0;
          for (const { jump } of events) {
            if (jump > 0) kept = [];
            last += 1 + jump;
            ring.add(last, Buffer.from(`${last}\n`), null, 0);
            kept = [...kept, last].slice(-maxCount);
            for (let cursor = Math.max(0, last - 25); cursor <= last + 1; cursor += 1) {
              const expected = kept[0] !== undefined && cursor >= kept[0] - 1 && cursor < last;
              assert.equal(ring.covers(cursor, 0), expected, `${cursor} in ${kept.join()}`);
              if (expected)
                assert.deepEqual(
                  offsetsAfter(ring, cursor),
                  kept.filter((offset) => offset > cursor),
                );
            }
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
