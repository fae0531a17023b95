import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { TokenBucket } from "../../src/base/token-bucket.ts";

describe("the token bucket", () => {
  it("allows a burst of the whole count, then refills evenly", () => {
    const bucket = new TokenBucket({ count: 3, perMs: 300 }, 0);
    assert.deepEqual(
      [0, 0, 0, 0].map((now) => bucket.tryTake(now)),
      [true, true, true, false],
    );
    assert.equal(bucket.tryTake(99), false);
    assert.equal(bucket.tryTake(100), true);
    assert.equal(bucket.tryTake(100), false);
  });

  it("says how long to wait until the next use succeeds", () => {
    const bucket = new TokenBucket({ count: 2, perMs: 1000 }, 0);
    assert.equal(bucket.waitMs(0), 0);
    bucket.tryTake(0);
    bucket.tryTake(0);
    const waitMs = bucket.waitMs(100);
    assert.equal(waitMs, 400);
    assert.equal(bucket.tryTake(100 + waitMs - 1), false);
    assert.equal(bucket.tryTake(100 + waitMs), true);
  });

  it("refills nothing when the time goes back", () => {
    const bucket = new TokenBucket({ count: 1, perMs: 1000 }, 5000);
    assert.equal(bucket.tryTake(5000), true);
    assert.equal(bucket.tryTake(0), false);
    assert.equal(bucket.tryTake(5999), false, "the time that went back counts once");
    assert.equal(bucket.tryTake(6000), true);
  });

  it("never allows more than the count and what the time refilled", () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.array(fc.nat(500), { maxLength: 200 }),
      (count, perMs, pauses) => {
        const bucket = new TokenBucket({ count, perMs }, 0);
        let nowMs = 0;
        let taken = 0;
        for (const pause of pauses) {
          nowMs += pause;
          if (bucket.tryTake(nowMs)) taken += 1;
          assert.ok(
            taken <= count + (nowMs * count) / perMs + 1e-6,
            `${taken} uses after ${nowMs} ms are too many`,
          );
        }
      },
    );
    fc.assert(property);
  });
});
