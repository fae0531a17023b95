import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compilePattern, isChannelName, patternProblem } from "@tidewire/protocol";
import fc from "fast-check";
import { PatternTrie } from "../../src/core/pattern-trie.ts";

const separator = fc.constantFrom(".", ":", "/");
const literal = fc.constantFrom("a", "b", "ab");

/** Texts of up to four of these segments; few letters, so that patterns often meet names. */
function textOf(segment: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(segment, fc.array(fc.tuple(separator, segment), { maxLength: 3 }))
    .map(([first, rest]) => first + rest.flat().join(""));
}

const name = textOf(literal).filter(isChannelName);
const pattern = fc
  .tuple(textOf(fc.oneof(literal, fc.constant("*"))), fc.option(separator), fc.nat(9))
  .map(([text, end, kind]) => (kind === 0 ? "**" : end === null ? text : `${text}${end}**`))
  .filter((text) => patternProblem(text) === undefined);

function matchingOneByOne(patterns: Iterable<string>, channel: string): readonly string[] {
  return [...patterns].filter((one) => compilePattern(one)(channel)).toSorted();
}

describe("PatternTrie", () => {
  test("finds exactly the patterns that match a name, whatever came and went before", () => {
    const steps = fc.array(fc.tuple(pattern, fc.boolean()), { maxLength: 40 });
    fc.assert(
      fc.property(steps, fc.array(name, { minLength: 1, maxLength: 10 }), (taken, names) => {
        const trie = new PatternTrie<string>();
        const model = new Set<string>();
        for (const [one, isAdded] of taken) {
          if (isAdded) {
            trie.set(one, one);
            model.add(one);
          } else {
            trie.delete(one);
            model.delete(one);
          }
        }
        assert.equal(trie.size, model.size);
        for (const one of model) assert.equal(trie.get(one), one);
        for (const channel of names) {
          assert.deepEqual(trie.matching(channel).toSorted(), matchingOneByOne(model, channel));
        }
        for (const one of model) trie.delete(one);
        assert.equal(trie.size, 0);
        assert.deepEqual(
          names.flatMap((channel) => trie.matching(channel)),
          [],
        );
      }),
      { numRuns: 500 },
    );
  });

  test("a value that is set again takes the place of the earlier one", () => {
    const trie = new PatternTrie<number>();
    trie.set("a.*", 1);
    trie.set("a.*", 2);
    assert.deepEqual(trie.matching("a.b"), [2]);
    assert.equal(trie.size, 1);
  });
});
