import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseRate } from "../../src/base/rate.ts";

describe("a rate", () => {
  it("is a number, or bytes, in a time", () => {
    assert.deepEqual(parseRate("200/s", "count"), { count: 200, perMs: 1000 });
    assert.deepEqual(parseRate("5/10m", "count"), { count: 5, perMs: 600_000 });
    assert.deepEqual(parseRate("2MB/s", "bytes"), { count: 2 * 1024 * 1024, perMs: 1000 });
  });

  it("is not what leaves out one of them, counts nothing, or counts bytes without a unit", () => {
    for (const text of ["", "200", "200/", "/s", "0/s", "-1/s", "1.5/s", "200/0s", "200/s/s", "2MB/s"]) {
      assert.equal(parseRate(text, "count"), undefined, text);
    }
    assert.equal(parseRate("200/s", "bytes"), undefined);
  });
});
