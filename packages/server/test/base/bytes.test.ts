import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatBytes, parseBytes } from "../../src/base/bytes.ts";

describe("a size", () => {
  it("is a number with one unit, in powers of 1024", () => {
    const cases = {
      "512B": 512,
      "64KB": 65_536,
      "16MB": 16_777_216,
      "1.5GB": 1_610_612_736,
      "16 mb": 16_777_216,
    };
    for (const [text, size] of Object.entries(cases)) assert.equal(parseBytes(text), size, text);
  });

  it("is nothing else", () => {
    for (const text of ["", "10", "KB", "1TB", "-1KB", "0.3B", "1KB2", "999999999999999GB"]) {
      assert.equal(parseBytes(text), undefined, JSON.stringify(text));
    }
  });

  it("reads back what was written", () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e14 }), (size) => assert.equal(parseBytes(formatBytes(size)), size)),
    );
    assert.deepEqual([0, 1000, 65_536, 16_777_216].map(formatBytes), ["0B", "1000B", "64KB", "16MB"]);
  });
});
