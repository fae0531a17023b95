import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { cutJson, elementSpans, memberSpan } from "../../src/core/json-text.ts";

function member(text: string, name: string): string | undefined {
  const span = memberSpan({ text, at: 0 }, name);
  return span === undefined ? undefined : cutJson(text, span);
}

function elements(text: string): readonly string[] {
  return elementSpans({ text, at: 0 }).map((span) => cutJson(text, span));
}

/** JSON written with as much white space as its writer likes. */
const spaced = fc
  .tuple(fc.jsonValue(), fc.constantFrom(undefined, 1, "\t", "\r\n "))
  .map(([value, indent]) => ({ value, text: JSON.stringify(value, null, indent) }));

describe("a value's own text within JSON", () => {
  test("numbers keep every digit that was written", () => {
    assert.equal(member('{"data":12345678901234567890}', "data"), "12345678901234567890");
    assert.equal(member('{"data":{"price":1.0,"tiny":1e-400}}', "data"), '{"price":1.0,"tiny":1e-400}');
  });

  test("white space between tokens goes, white space within strings stays", () => {
    assert.equal(member('{ "data" : {\r\n\t"a b" : [ 1 ,\n 2 ] } }', "data"), '{"a b":[1,2]}');
  });

  test("of several members with one name the last counts, as it does for the parser", () => {
    assert.equal(member('{"data":1,"x":[{"data":2}],"data":3,"y":{"data":4}}', "data"), "3");
  });

  test("a name may be written with escapes", () => {
    assert.equal(member('{"d\\u0061ta":1}', "data"), "1");
    assert.equal(member('{"data\\"":1}', "data"), undefined);
  });

  test("brackets, commas and quotes within strings mean nothing", () => {
    assert.equal(member('{"a":"}\\",\\"data\\":1,{","data":"]\\\\"}', "data"), '"]\\\\"');
  });

  test("an object or array without anything in it has no members and no elements", () => {
    assert.equal(member(" { } ", "data"), undefined);
    assert.deepEqual(elements("[ ]"), []);
  });

  test("whatever the object, each of its members is found", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2), (object, indent) => {
        const text = ` ${JSON.stringify(object, null, indent)}`;
        for (const [name, value] of Object.entries(object)) {
          assert.equal(member(text, name), JSON.stringify(value), `${name} in ${text}`);
        }
      }),
    );
  });

  test("whatever the array, its elements are found in order", () => {
    fc.assert(
      fc.property(fc.array(spaced), (items) => {
        const text = `[${items.map((item) => item.text).join(" ,\n")}]`;
        assert.deepEqual(
          elements(text),
          items.map((item) => JSON.stringify(item.value)),
        );
      }),
    );
  });
});
