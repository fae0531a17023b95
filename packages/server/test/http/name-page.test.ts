import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compilePattern } from "@tidewire/protocol";
import fc from "fast-check";
import { justBefore, literalPrefix, pageOfNames } from "../../src/http/name-page.ts";

const name = fc
  .array(fc.constantFrom("a", "b", "a-b"), { minLength: 1, maxLength: 3 })
  .map((segments) => segments.join("."));
const pattern = fc.constantFrom("**", "a", "a.**", "a.*", "*.b", "a.*.b", "b.**", "*", "a-b.**");

function firstAfter(names: readonly string[], after: string, count: number): readonly string[] {
  return [...new Set(names)]
    .filter((one) => one > after)
    .toSorted()
    .slice(0, count);
}

describe("a page of names from two sources", () => {
  test("page after page, every name that matches comes once and in order, however little is scanned", () => {
    fc.assert(
      fc.property(
        fc.array(name),
        fc.array(name),
        pattern,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        (stored, held, match, scanned, limit) => {
          const filter = { prefix: literalPrefix(match), matches: compilePattern(match) };
          const seen: string[] = [];
          let after: string | undefined = justBefore(filter.prefix);
          while (after !== undefined) {
            const sources = [firstAfter(stored, after, scanned), firstAfter(held, after, scanned)] as const;
            const page = pageOfNames(sources, scanned, limit, filter);
            assert.ok(page.names.length <= limit);
            assert.ok(page.cursor === undefined || page.cursor > after, "a cursor must lead on");
            seen.push(...page.names);
            after = page.cursor;
          }
          const expected = [...new Set([...stored, ...held])].filter(filter.matches).toSorted();
          assert.deepEqual(seen, expected);
        },
      ),
    );
  });

  test("a page that ends with the last name has no cursor", () => {
    const filter = { prefix: "", matches: () => true };
    assert.deepEqual(pageOfNames([["a"], ["b"]], 3, 2, filter), { names: ["a", "b"], cursor: undefined });
    assert.deepEqual(pageOfNames([["a"], ["b", "c"]], 3, 2, filter), { names: ["a", "b"], cursor: "b" });
  });

  test("what every match begins with bounds the search", () => {
    assert.deepEqual(["**", "chat.**", "chat.*", "chat.*.x", "chat", "a:b/**", "@*"].map(literalPrefix), [
      "",
      "chat",
      "chat.",
      "chat.",
      "chat",
      "a:b",
      "@",
    ]);
  });
});
