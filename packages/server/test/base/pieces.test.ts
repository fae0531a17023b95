import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Pieces } from "../../src/base/pieces.ts";

describe("pieces", () => {
  it("give back what was added, in order, however it was cut", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 30 }), (chunks) => {
        const pieces = new Pieces();
        for (const chunk of chunks) pieces.add(Buffer.from(chunk));
        const whole = Buffer.concat(chunks);
        assert.equal(pieces.length, whole.length);
        assert.deepEqual(pieces.take(), whole);
        assert.equal(pieces.length, 0);
        assert.deepEqual(pieces.take(), Buffer.alloc(0), "they begin anew");
      }),
    );
  });

  it("give back many small ones, also those that were joined meanwhile", () => {
    const pieces = new Pieces();
    for (let i = 0; i < 5000; i += 1) pieces.add(Buffer.from([i % 251]));
    const whole = pieces.take();
    assert.equal(whole.length, 5000);
    assert.ok(whole.every((byte, i) => byte === i % 251));
  });

  it("forget what was cleared", () => {
    const pieces = new Pieces();
    for (let i = 0; i < 2000; i += 1) pieces.add(Buffer.from("x"));
    pieces.clear();
    pieces.add(Buffer.from("y"));
    assert.equal(pieces.take().toString(), "y");
  });
});
