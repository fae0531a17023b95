import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EncodedRun } from "../../src/core/encoded-run.ts";
import { lineEncoding } from "../support/fake-outbox.ts";

const ENCODING = lineEncoding();

function run(excludes: readonly (string | null)[]): EncodedRun {
  return new EncodedRun(
    7,
    excludes.map((_, index) => Buffer.from(`${7 + index} `)),
    excludes,
  );
}

function textFor(of: EncodedRun, connection: string): string | null {
  const bytes = of.bytesFor(connection, ENCODING);
  return bytes === null ? null : Buffer.from(bytes).toString();
}

describe("a run of encoded messages", () => {
  test("knows its first and last offset", () => {
    const { first, last } = run([null, null, null]);
    assert.deepEqual([first, last], [7, 9]);
  });

  test("is joined once, and shared by all who get the whole of it", () => {
    const whole = run([null, "c1", null]);
    const bytes = whole.bytesFor("c2", ENCODING);
    assert.ok(whole.bytesFor("c3", ENCODING) === bytes);
    assert.equal(textFor(whole, "c2"), "7 8 9 ");
  });

  test("leaves out what is not for a connection", () => {
    const partly = run([null, "c1", "c2"]);
    assert.equal(textFor(partly, "c1"), "7 9 ");
    assert.equal(textFor(partly, "c2"), "7 8 ");
    assert.equal(textFor(run(["c1", "c1"]), "c1"), null, "nothing is left");
  });

  test("a single message is given as it is, without a copy", () => {
    const piece = Buffer.from("one");
    assert.ok(new EncodedRun(1, [piece], [null]).bytesFor("c1", ENCODING) === piece);
  });
});
