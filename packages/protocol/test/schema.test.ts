import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as schema from "../src/schema.ts";

interface Point {
  readonly x: number;
  readonly label?: string;
}

const point = schema.object<Point>({
  x: schema.integer(0, 9),
  label: schema.optional(schema.boundedText(1, 3)),
});

function problemOf(read: unknown): string {
  assert.ok(read instanceof schema.Problem, "must be refused");
  return read.message;
}

describe("schemas", () => {
  test("an object is rebuilt from its known fields", () => {
    assert.deepEqual(point.read({ x: 1, label: "a", other: 2 }), { x: 1, label: "a" });
    assert.deepEqual(Object.keys(point.read({ x: 1 })), ["x"], "an absent field stays absent");
  });

  test("a field that is there must fit, even when it may be absent", () => {
    assert.equal(problemOf(point.read({ x: 1, label: null })), "label: must be a string");
    assert.equal(problemOf(point.read({ x: 1, label: "" })), "label: must be a string of 1 to 3 characters");
  });

  test("a problem names the path to the field", () => {
    const nested = schema.object<{ readonly at: readonly Point[] }>({ at: schema.array(point) });
    assert.equal(
      problemOf(nested.read({ at: [{ x: 1 }, { x: 10 }] })),
      "at.1.x: must be a whole number from 0 to 9",
    );
    assert.equal(problemOf(nested.read({ at: {} })), "at: must be an array");
    assert.equal(problemOf(nested.read([])), "must be an object");
  });

  test("a map checks names and values", () => {
    const map = schema.record(schema.boundedText(1, 2), point);
    assert.deepEqual(map.read({ ab: { x: 1 } }), { ab: { x: 1 } });
    assert.equal(problemOf(map.read({ abc: { x: 1 } })), "must be a string of 1 to 2 characters");
    assert.equal(problemOf(map.read({ ab: { x: -1 } })), "ab.x: must be a whole number from 0 to 9");
    assert.equal(problemOf(map.read(null)), "must be an object");
  });

  test("alternatives, null and fixed texts", () => {
    const choice = schema.either(schema.literalTrue, schema.oneOf("a", "b"));
    assert.equal(choice.read(true), true);
    assert.equal(choice.read("b"), "b");
    assert.equal(problemOf(choice.read(false)), 'must be "a" or "b"');
    assert.equal(schema.nullable(schema.boolean).read(null), null);
    assert.equal(problemOf(schema.nullable(schema.boolean).read(0)), "must be true or false");
  });

  test("numbers that are not whole, not finite or not exact are refused", () => {
    for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "1", true]) {
      problemOf(schema.integer(0).read(value));
    }
    assert.equal(schema.integer(0).read(2 ** 53 - 1), 2 ** 53 - 1);
  });

  test("the shape tells everything that decides what is accepted", () => {
    assert.equal(point.shape, "{x: integer 0..9, label?: string 1..3}");
    assert.deepEqual(point.fieldShapes, { x: "integer 0..9", "label?": "string 1..3" });
    assert.equal(schema.record(schema.boundedText(1, 2), schema.boolean).shape, "{[string 1..2]: boolean}");
    assert.equal(schema.nullable(schema.either(schema.json, schema.literalTrue)).shape, "json|true|null");
    assert.equal(schema.array(schema.oneOf("a", "b")).shape, '["a"|"b"]');
  });
});
