import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomId } from "../../src/base/random-id.ts";

describe("a random id", () => {
  it("has at least the bits that were asked for, in URL-safe characters", () => {
    for (const bits of [8, 64, 72, 128, 256]) {
      const id = randomId(bits);
      assert.match(id, /^[A-Za-z0-9_-]+$/);
      assert.ok(id.length * 6 >= bits, `${id} is too short for ${bits} bits`);
    }
  });

  it("is never the same", () => {
    const ids = new Set(Array.from({ length: 1000 }, () => randomId(128)));
    assert.equal(ids.size, 1000);
  });
});
