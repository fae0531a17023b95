import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresOf } from "../../src/danmaku/meter.ts";

const NONE = { received: 0, dropped: 0, crowdedOut: 0, frames: 0 };

test("rates are per second, however late the second look is; what was left out is counted as written", () => {
  const now = { received: 20, dropped: 980, crowdedOut: 3, frames: 120 };
  assert.deepEqual(figuresOf(NONE, now, 2000), {
    writtenPerS: 500,
    receivedPerS: 10,
    framesPerS: 60,
    dropped: 980,
    crowdedOut: 3,
  });
});

test("another room begins anew, without a negative rate", () => {
  assert.equal(figuresOf({ ...NONE, received: 300 }, { ...NONE, received: 5 }, 1000).receivedPerS, 5);
});
