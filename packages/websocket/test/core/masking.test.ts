import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { applyMask } from "../../src/core/masking.ts";

test("a payload masked piece by piece at any alignment equals the RFC's formula", () => {
  const property = fc.property(
    fc.uint8Array({ maxLength: 300 }),
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.nat({ max: 7 }),
    fc.array(fc.nat({ max: 300 }), { maxLength: 4 }),
    (payload, key, shift, cuts) => {
      const keyBytes = Uint8Array.of(key >>> 24, key >>> 16, key >>> 8, key);
      const expected = payload.map((byte, i) => byte ^ (keyBytes[i % 4] ?? 0));
      const padded = new Uint8Array(shift + payload.length + 3);
      padded.set(payload, shift);
      const ends = [...cuts.map((cut) => Math.min(cut, payload.length)), payload.length].sort(
        (a, b) => a - b,
      );
      let start = 0;
      for (const end of ends) {
        applyMask(padded, shift + start, shift + end, key, start & 3);
        start = end;
      }
      assert.deepEqual(padded.subarray(shift, shift + payload.length), expected);
      assert.deepEqual(
        [...padded.subarray(0, shift), ...padded.subarray(shift + payload.length)],
        Array.from({ length: shift + 3 }, () => 0),
      );
    },
  );
  fc.assert(property);
});

test("the example of RFC 6455 §5.7 unmasks to Hello", () => {
  const bytes = Buffer.from("7f9f4d5158", "hex");
  applyMask(bytes, 0, bytes.length, 0x37fa213d, 0);
  assert.equal(bytes.toString(), "Hello");
});
