import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { jsonDepthExceeds } from "@tidewire/protocol";
import { textOf } from "./support/arbitraries.ts";

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe("the depth of a JSON text", () => {
  test("it agrees with the depth of the parsed value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.boolean(), fc.nat({ max: 9 }), (value, spaced, max) => {
        const text = JSON.stringify(value, null, spaced ? 1 : 0);
        assert.equal(jsonDepthExceeds(text, max), depthOf(value) > max, text);
      }),
      { numRuns: 500 },
    );
  });

  test("braces, quotes and backslashes inside strings do not count", () => {
    fc.assert(
      fc.property(fc.array(textOf('[]{}"\\,:a', 0, 10)), (strings) => {
        const text = JSON.stringify(strings);
        assert.equal(jsonDepthExceeds(text, 1), false, text);
        assert.equal(jsonDepthExceeds(text, 0), true);
      }),
    );
  });

  test("the limit itself is allowed, one more is not", () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    assert.ok(!jsonDepthExceeds(nested(64), 64));
    assert.ok(jsonDepthExceeds(nested(65), 64));
    assert.ok(!jsonDepthExceeds(`[${"[],".repeat(1000)}[]]`, 2), "width is not depth");
  });

  test("what is never closed counts too, and what is not JSON is only read", () => {
    assert.ok(jsonDepthExceeds("[".repeat(1_000_000), 64));
    assert.ok(jsonDepthExceeds('{"a":'.repeat(65), 64));
    fc.assert(fc.property(fc.string(), fc.nat({ max: 3 }), (text, max) => void jsonDepthExceeds(text, max)));
    assert.ok(!jsonDepthExceeds(`"${"[".repeat(100)}`, 64), "a string without end holds no arrays");
  });
});
