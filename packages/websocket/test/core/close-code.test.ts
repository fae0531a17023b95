import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeClosePayload, isCloseCodeOnWire, parseClosePayload } from "../../src/core/close-code.ts";

test("exactly the defined, registered and private codes may be on the wire", () => {
  const allowed = Array.from({ length: 65536 }, (_, code) => code).filter(isCloseCodeOnWire);
  const expected = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
  assert.deepEqual(allowed.slice(0, 12), expected);
  assert.equal(allowed.length, 12 + 2000, "3000 to 4999 and nothing else");
  assert.equal(allowed.at(-1), 4999);
});

test("a code that must not be sent is refused", () => {
  assert.throws(() => encodeClosePayload(1006, ""), RangeError);
  assert.throws(() => encodeClosePayload(1015, ""), RangeError);
});

test("a long reason is cut at a character", () => {
  const payload = encodeClosePayload(1000, `${"x".repeat(122)}é and more`);
  assert.equal(payload.length, 2 + 122, "the é would end at byte 124");
  const whole = encodeClosePayload(1000, `${"x".repeat(121)}é`);
  assert.equal(whole.length, 125);
});

for (const [title, hex, code, reason] of [
  ["an empty payload has no code", "", 1005, ""],
  ["a code alone", "03e8", 1000, ""],
  ["a code with a reason", "0fa1c3a9", 4001, "é"],
] as const) {
  test(`read from a close frame: ${title}`, () => {
    const bytes = Buffer.from(hex, "hex");
    assert.deepEqual(parseClosePayload(bytes, 0, bytes.length), { ok: true, code, reason });
  });
}

for (const [title, hex, code] of [
  ["one byte", "03", 1002],
  ["a code that must not be sent", "03ed", 1002],
  ["a reason that is not UTF-8", "03e8ff", 1007],
  ["a reason that ends inside a character", "03e8c3", 1007],
] as const) {
  test(`malformed close frame: ${title}`, () => {
    const bytes = Buffer.from(hex, "hex");
    const parsed = parseClosePayload(bytes, 0, bytes.length);
    assert.equal(parsed.ok, false);
    assert.equal(parsed.code, code);
  });
}
