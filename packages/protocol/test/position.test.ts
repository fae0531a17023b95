import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  formatPosition,
  formatSince,
  isEpoch,
  isOffset,
  parsePosition,
  parseSince,
} from "@tidewire/protocol";
import { position, since, textOf } from "./support/arbitraries.ts";

describe("positions", () => {
  test("a position is written as epoch:offset and read back", () => {
    assert.equal(formatPosition({ epoch: "k3", offset: 41 }), "k3:41");
    fc.assert(fc.property(position, (p) => assert.deepEqual(parsePosition(formatPosition(p)), p)));
  });

  test("a position has exactly one spelling", () => {
    fc.assert(
      fc.property(textOf("k3:0129 -+.e", 0, 10), (text) => {
        const read = parsePosition(text);
        if (read !== undefined) assert.equal(formatPosition(read), text);
      }),
    );
  });

  for (const text of [
    "",
    ":",
    "k3",
    "k3:",
    ":41",
    "k3:-1",
    "k3:041",
    "k3:1.5",
    "k3:1e3",
    "k3: 1",
    "k3:1 ",
    "k3:1:2",
    "k 3:1",
    "k3:9007199254740992",
    "k3:99999999999999999999",
    "last:20",
    `${"e".repeat(33)}:1`,
  ]) {
    test(`${JSON.stringify(text)} is no position`, () => assert.equal(parsePosition(text), undefined));
  }

  test("an epoch has 1 to 32 characters of its alphabet and is not called last", () => {
    for (const epoch of ["a", "A9_-", "e".repeat(32), "earliest"]) assert.ok(isEpoch(epoch), epoch);
    for (const epoch of ["", "e".repeat(33), "é", "a.b", "a:b", "a,b", "last", "a\n"]) {
      assert.ok(!isEpoch(epoch), JSON.stringify(epoch));
    }
  });

  test("an offset is a whole number that JSON carries exactly", () => {
    for (const offset of [0, 1, Number.MAX_SAFE_INTEGER]) assert.ok(isOffset(offset));
    for (const offset of [-1, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1, "1", null]) {
      assert.ok(!isOffset(offset), String(offset));
    }
  });
});

describe("since in a URL", () => {
  test("every start is written and read back", () => {
    fc.assert(
      fc.property(fc.option(since, { nil: undefined }), (start) => {
        assert.deepEqual(parseSince(formatSince(start)), { ok: true, since: start });
      }),
    );
  });

  test("the four forms", () => {
    assert.deepEqual(parseSince("k3:41"), { ok: true, since: { epoch: "k3", offset: 41 } });
    assert.deepEqual(parseSince("earliest"), { ok: true, since: "earliest" });
    assert.deepEqual(parseSince("last:20"), { ok: true, since: { last: 20 } });
    assert.deepEqual(parseSince(""), { ok: true, since: undefined });
  });

  for (const text of ["last:0", "last:-1", "last:", "last", "latest", "Earliest", "41", "k3", "k3:x", " "]) {
    test(`${JSON.stringify(text)} is refused, which differs from an empty one`, () => {
      const result = parseSince(text);
      assert.ok(!result.ok);
      assert.match(result.message, /epoch:offset, earliest, last:20/);
    });
  }
});
