import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { compilePattern, patternProblem } from "@tidewire/protocol";
import { channelName, segment } from "./support/arbitraries.ts";

/** The definition, spelled out: try every way to match, token by token. */
function naiveMatch(pattern: readonly string[], channel: readonly string[]): boolean {
  const [first, second, ...rest] = pattern;
  if (first === undefined) return channel.length === 0;
  if (first === "**") return true;
  if (/[.:/]/.test(first) && second === "**" && channel.length === 0) return true;
  const [head, ...tail] = channel;
  if (head === undefined) return false;
  const isSegment = !/[.:/]/.test(head);
  const fits =
    first === "*" ? isSegment : first === "@*" ? head.startsWith("@") && head.length > 1 : first === head;
  return fits && naiveMatch(pattern.slice(1), tail) && (second !== undefined || rest.length === 0);
}

function tokens(text: string): readonly string[] {
  return text.split(/([.:/])/);
}

const pattern = fc
  .tuple(
    fc.array(fc.tuple(fc.oneof(segment, fc.constant("*")), fc.constantFrom(".", ":", "/")), { maxLength: 4 }),
    fc.oneof(segment, fc.constantFrom("*", "**")),
  )
  .map(([start, end]) => start.flat().join("") + end);

/** A name that has a fair chance to match: the pattern with segments put in, sometimes with one more. */
const patternAndChannel = pattern.chain((text) =>
  fc.tuple(
    fc.constant(text),
    fc.oneof(
      channelName,
      fc
        .tuple(fc.array(segment, { minLength: 6, maxLength: 6 }), fc.constantFrom("", ".x", ":y.z"))
        .map(([parts, more]) => {
          let next = 0;
          return text.replace(/\*\*?/g, () => parts[next++] ?? "x") + more;
        }),
      fc.constant(text.replace(/[.:/]\*\*$/, "").replace(/\*/g, "s")),
    ),
  ),
);

describe("patterns", () => {
  const cases: readonly (readonly [
    pattern: string,
    matches: readonly string[],
    others: readonly string[],
  ])[] = [
    ["news", ["news"], ["news.a", "new", "newsx"]],
    ["*", ["news", "@u1"], ["a.b", "a:b"]],
    ["**", ["news", "a.b/c", "@u1"], []],
    ["chat.*", ["chat.a"], ["chat", "chat.a.b", "chat:a", "chatx.a"]],
    ["chat.**", ["chat", "chat.a", "chat.a:b/c"], ["chatx", "chat:a", "achat"]],
    ["*.price", ["aapl.price"], ["price", "a.b.price", "aapl.prices"]],
    ["a.*:b/*", ["a.x:b/y"], ["a.x:b", "a.x.b/y", "a.x:b/y/z"]],
    ["*.**", ["a", "a.b", "a.b.c"], ["a:b"]],
    ["@*", ["@u1", "@=C3=BC"], ["u1", "a@b"]],
  ];
  for (const [text, matches, others] of cases) {
    test(`${text} matches ${matches.join(" ")} and not ${others.join(" ")}`, () => {
      const match = compilePattern(text);
      for (const name of matches) assert.ok(match(name), `${text} must match ${name}`);
      for (const name of others) assert.ok(!match(name), `${text} must not match ${name}`);
    });
  }

  test("the compiled pattern agrees with the definition", () => {
    let matched = 0;
    fc.assert(
      fc.property(patternAndChannel, ([text, channel]) => {
        const expected = naiveMatch(tokens(text), tokens(channel));
        if (expected) matched++;
        assert.equal(compilePattern(text)(channel), expected, `${text} on ${channel}`);
      }),
      { numRuns: 2000 },
    );
    assert.ok(matched > 200, `only ${matched} pairs matched, so the property says little`);
  });

  const refused: readonly (readonly [pattern: string, says: RegExp])[] = [
    ["", /empty/],
    ["a..b", /empty segment/],
    ["a.", /empty segment/],
    ["**.a", /must be the last/],
    ["a.**.b", /must be the last/],
    ["a*", /whole segment/],
    ["***", /whole segment/],
    ["a.@*", /whole segment/],
    ["@*x", /whole segment/],
    ["a b", /must not contain " "/],
    ["$sys", /reserved/],
    ["@u.*", /inbox/],
    [`${"a.".repeat(100)}b`, /at most 200/],
  ];
  for (const [text, says] of refused) {
    test(`${JSON.stringify(text.slice(0, 20))} is refused with a reason`, () => {
      assert.match(patternProblem(text) ?? "", says);
      assert.throws(() => compilePattern(text), RangeError);
    });
  }

  test("every channel name without a wildcard is a pattern that matches only itself", () => {
    fc.assert(
      fc.property(channelName, channelName, (a, b) => {
        assert.equal(compilePattern(a)(b), a === b);
        assert.ok(compilePattern(a)(a));
      }),
    );
  });

  test("a pattern never throws on a text that is no channel name", () => {
    fc.assert(
      fc.property(pattern, fc.string(), (text, channel) => {
        compilePattern(text)(channel);
      }),
    );
  });

  test("a pattern of many wildcards reads a name once", () => {
    // A backtracking matcher would need more than 2^49 steps here, and this test would not end.
    const match = compilePattern(`${"*.".repeat(50)}end`);
    assert.ok(!match(`${"a.".repeat(99)}x`));
    assert.ok(match(`${"a.".repeat(50)}end`));
  });
});
