import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { StreamCursor } from "../../src/core/stream-cursor.ts";

describe("a cursor that is live", () => {
  for (const [offered, answer, offset, live] of [
    [5, "drop", 5, true],
    [1, "drop", 5, true],
    [6, "deliver", 6, true],
    [7, "behind", 5, false],
    [100, "behind", 5, false],
  ] as const) {
    test(`at 5 answers the offer of ${offered} with ${answer}`, () => {
      const cursor = new StreamCursor(5, true);
      assert.equal(cursor.offer(offered), answer);
      assert.deepEqual([cursor.offset, cursor.live], [offset, live]);
    });
  }

  test("goes on only with the next offset, without a hole and without a repeat", () => {
    const cursor = new StreamCursor(5, true);
    assert.deepEqual(
      [5, 6, 7].map((first) => cursor.continuesAt(first)),
      [false, true, false],
    );
    cursor.fallBehind();
    assert.equal(cursor.continuesAt(6), false, "who is behind gets nothing from the hub");
    assert.equal(cursor.offer(6), "behind");
  });
});

describe("a cursor that is catching up from 5", () => {
  for (const { page, asked, head, gap, offset, live } of [
    { page: [6, 9], asked: 20, head: 20, gap: null, offset: 9, live: false },
    { page: [6, 20], asked: 20, head: 20, gap: null, offset: 20, live: true },
    { page: [6, 20], asked: 20, head: 23, gap: null, offset: 20, live: false },
    { page: [9, 12], asked: 20, head: 20, gap: [6, 8], offset: 12, live: false },
    { page: [20, 20], asked: 20, head: 20, gap: [6, 19], offset: 20, live: true },
    { page: null, asked: 20, head: 20, gap: [6, 20], offset: 20, live: true },
    { page: null, asked: 20, head: 21, gap: [6, 20], offset: 20, live: false },
    { page: null, asked: 5, head: 5, gap: null, offset: 5, live: true },
  ] as const) {
    const what = page === null ? "nothing" : page.join("–");
    test(`takes a page of ${what} up to ${asked} while the head is ${head}`, () => {
      const cursor = new StreamCursor(5, false);
      const turned = cursor.turnPage(page?.[0] ?? null, page?.[1] ?? null, asked, head);
      assert.deepEqual(turned, { gapFrom: gap?.[0] ?? null, gapTo: gap?.[1] ?? null });
      assert.deepEqual([cursor.offset, cursor.live], [offset, live]);
    });
  }

  test("never goes back, whatever pages and offers come", () => {
    const offsets = fc.integer({ min: 0, max: 50 });
    const page = fc.tuple(offsets, offsets, offsets, offsets);
    fc.assert(
      fc.property(fc.array(fc.oneof(offsets, page)), (events) => {
        const cursor = new StreamCursor(10, false);
        for (const event of events) {
          const before = cursor.offset;
          if (typeof event === "number") cursor.offer(event);
          else cursor.turnPage(event[0], event[0] + event[1], event[2], event[3]);
          assert.ok(cursor.offset >= before, `${before} became ${cursor.offset}`);
        }
      }),
    );
  });
});
