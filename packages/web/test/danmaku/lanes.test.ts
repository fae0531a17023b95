import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Lanes } from "../../src/danmaku/lanes.ts";

const SPEED = 120;
const GAP = 20;

interface Placed {
  readonly startS: number;
  readonly width: number;
}

test("two comments of a lane never touch, whatever their widths and whenever they come", () => {
  const arrivals = fc.array(
    fc.record({
      afterS: fc.double({ min: 0, max: 3, noNaN: true }),
      width: fc.integer({ min: 10, max: 900 }),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    }),
  );
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 8 }), (all, count) => {
      const lanes = new Lanes(count, SPEED, GAP);
      const last = new Map<number, Placed>();
      let nowS = 0;
      for (const { afterS, width, random } of all) {
        nowS += afterS;
        const lane = lanes.find(nowS, random);
        if (lane === undefined) continue;
        const before = last.get(lane);
        // Both move alike, so what is between them stays as it is at the start of the second one.
        if (before !== undefined) {
          const between = (nowS - before.startS) * SPEED - before.width;
          assert.ok(between >= GAP - 1e-6, `${between} pixels are between two comments`);
        }
        lanes.occupy(lane, width, nowS);
        last.set(lane, { startS: nowS, width });
      }
    }),
  );
});

test("a lane is found as long as one is free, and chosen by chance", () => {
  const lanes = new Lanes(3, SPEED, GAP);
  assert.equal(lanes.find(0, 0.99), 2);
  lanes.occupy(2, 100, 0);
  assert.equal(lanes.find(0, 0.99), 1);
  lanes.occupy(1, 100, 0);
  lanes.occupy(0, 340, 0);
  assert.equal(lanes.find(0.5, 0), undefined);
  assert.equal(lanes.find(1, 0), 1);
});
