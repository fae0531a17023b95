import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { monotonicClock, systemClock } from "../../src/base/system-clock.ts";

describe("the clocks", () => {
  it("tell milliseconds since 1970, or since the start of the process", () => {
    const before = Date.now();
    const now = systemClock.nowMs();
    assert.ok(now >= before && now <= Date.now());
    assert.ok(monotonicClock.nowMs() < before, "the process has not run since 1970");
  });

  it("never go back, when they are monotonic", () => {
    const times = Array.from({ length: 1000 }, () => monotonicClock.nowMs());
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  });
});
