import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  compilePattern,
  isChannelName,
  isPattern,
  patternCovers,
  patternPrefix,
  patternProblem,
} from "@tidewire/protocol";

const separator = fc.constantFrom(".", ":");
const literal = fc.constantFrom("a", "b");

function textOf(segment: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(segment, fc.array(fc.tuple(separator, segment), { maxLength: 2 }))
    .map(([first, rest]) => first + rest.flat().join(""));
}

const name = textOf(literal).filter(isChannelName);
const pattern = fc
  .tuple(textOf(fc.oneof(literal, fc.constant("*"))), fc.option(separator), fc.nat(9))
  .map(([text, end, kind]) => (kind === 0 ? "**" : end === null ? text : `${text}${end}**`))
  .filter((text) => patternProblem(text) === undefined);

/** Every name of up to five segments: enough to tell apart patterns of up to four. */
const NAMES: readonly string[] = [1, 2, 3, 4, 5].flatMap((segments) =>
  Array.from({ length: segments - 1 }).reduce<readonly string[]>(
    (texts) =>
      texts.flatMap((text) => [".", ":"].flatMap((by) => ["a", "b", "c"].map((one) => text + by + one))),
    ["a", "b", "c"],
  ),
);

describe("patternCovers", () => {
  const cases: readonly (readonly [outer: string, inner: string, covers: boolean])[] = [
    ["stock.*", "stock.*", true],
    ["stock.**", "stock.*", true],
    ["stock.**", "stock.**", true],
    ["stock.**", "stock", true],
    ["**", "stock.*:x", true],
    ["*.*", "stock.*", true],
    ["stock.*", "stock.**", false],
    ["stock.*", "stock", false],
    ["stock.*.**", "stock.**", false],
    ["stock.**", "stock:*", false],
    ["stock.*", "stock:*", false],
    ["stock.*", "*.*", false],
    ["**", "@*", false],
    ["@*", "@*", true],
  ];
  for (const [outer, inner, covers] of cases) {
    test(`${outer} ${covers ? "covers" : "does not cover"} ${inner}`, () => {
      assert.equal(patternCovers(outer, inner), covers);
    });
  }

  test("says so exactly when everything that the inner one matches is matched by the outer one", () => {
    fc.assert(
      fc.property(pattern, pattern, (outer, inner) => {
        const [wide, narrow] = [compilePattern(outer), compilePattern(inner)];
        const misses = NAMES.filter((one) => narrow(one) && !wide(one));
        assert.equal(patternCovers(outer, inner), misses.length === 0, misses[0]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("patternPrefix", () => {
  test("begins every name that the pattern matches", () => {
    fc.assert(
      fc.property(pattern, name, (text, channel) => {
        if (compilePattern(text)(channel)) assert.ok(channel.startsWith(patternPrefix(text)));
      }),
      { numRuns: 1000 },
    );
    assert.deepEqual(["stock.*", "stock.**", "**", "*.a", "a.*.b", "a"].map(patternPrefix), [
      "stock.",
      "stock",
      "",
      "",
      "a.",
      "a",
    ]);
  });
});

test("what holds a * is a pattern, and no channel name does", () => {
  assert.ok(isPattern("a.*"));
  assert.ok(!isPattern("a.b"));
  assert.ok(!isChannelName("a.*"));
});
