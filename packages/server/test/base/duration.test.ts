import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatDuration, parseDuration } from "../../src/base/duration.ts";

describe("a duration", () => {
  it("is a number with one unit", () => {
    const cases = {
      "250ms": 250,
      "90s": 90_000,
      "10m": 600_000,
      "24h": 86_400_000,
      "7d": 604_800_000,
      "1.5s": 1500,
      "1.1s": 1100,
      "10 m": 600_000,
      "0s": 0,
    };
    for (const [text, ms] of Object.entries(cases)) assert.equal(parseDuration(text), ms, text);
  });

  it("is nothing else", () => {
    for (const text of [
      "",
      "10",
      "m",
      "10x",
      "-1s",
      "1h30m",
      "0.5ms",
      "1e3s",
      "١s",
      "10 M",
      "NaNs",
      "99999999999999d",
    ]) {
      assert.equal(parseDuration(text), undefined, JSON.stringify(text));
    }
  });

  it("is written in the largest unit that needs no fraction", () => {
    assert.deepEqual([0, 1, 1500, 60_000, 5_400_000, 86_400_000].map(formatDuration), [
      "0ms",
      "1ms",
      "1500ms",
      "1m",
      "90m",
      "1d",
    ]);
  });

  it("reads back what was written", () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e14 }), (ms) => assert.equal(parseDuration(formatDuration(ms)), ms)),
    );
  });
});
