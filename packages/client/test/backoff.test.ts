import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { backoffMs } from "../src/backoff.ts";

const BOUNDS = { minMs: 500, maxMs: 20_000 };

test("the wait doubles its reach with each failure, up to the longest", () => {
  const longest = [0, 1, 2, 3, 4, 5, 6, 2000].map((attempt) =>
    Math.ceil(backoffMs(attempt, 0.9999999, BOUNDS)),
  );
  assert.deepEqual(longest, [1000, 1500, 2500, 4500, 8500, 16_500, 20_000, 20_000]);
});

test("the wait is never outside its bounds, and spread over what lies between", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.nat(100_000), random, (attempt, value) => {
      const ms = backoffMs(attempt, value, BOUNDS);
      assert.ok(ms >= 500 && ms <= 20_000, `${ms} ms`);
    }),
  );
  assert.notEqual(backoffMs(0, 0.1, BOUNDS), backoffMs(0, 0.9, BOUNDS), "also the first time");
});
