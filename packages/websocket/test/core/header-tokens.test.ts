import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isToken, parseExtensions, splitList } from "../../src/core/header-tokens.ts";

test("list elements are trimmed, and empty ones dropped", () => {
  assert.deepEqual(splitList(" a ,b,, c "), ["a", "b", "c"]);
  assert.deepEqual(splitList(""), []);
});

test("tokens have no separators, spaces or letters beyond ASCII", () => {
  assert.ok(isToken("chat.v1~!#$%&'*+-^_`|"));
  for (const text of ["", "a b", "a/b", "a,b", "é", 'a"b']) assert.equal(isToken(text), false, text);
});

test("extensions keep their order and their parameters", () => {
  assert.deepEqual(parseExtensions('foo, bar; a; b = 1 ;c="x", foo; d=2'), [
    { name: "foo", parameters: [] },
    {
      name: "bar",
      parameters: [
        ["a", true],
        ["b", "1"],
        ["c", "x"],
      ],
    },
    { name: "foo", parameters: [["d", "2"]] },
  ]);
});

for (const header of [
  "foo;",
  ";a",
  "foo; =1",
  "foo; a=",
  'foo; a="x',
  'foo; a="b c"',
  "foo; a=b=c",
  "foo bar",
  'foo; a="x,y"',
]) {
  test(`a malformed extension header is refused: ${header}`, () => {
    assert.equal(parseExtensions(header), undefined);
  });
}

test("no text makes the reader throw", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "b", "=", ";", ",", " ", '"', "\\", "1") }),
      (header) => void parseExtensions(header),
    ),
  );
});
