import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Expiry } from "../../src/core/expiry.ts";
import { FakeClock } from "../support/fake-clock.ts";

describe("things that expire after the same time", () => {
  test("come out once their time is over, in the order in which they were added", () => {
    const clock = new FakeClock();
    const expiry = new Expiry<string>(clock, 100);
    expiry.add("a");
    clock.advance(10);
    expiry.add("b");
    clock.advance(89);
    assert.deepEqual([...expiry.take()], [], "99 ms are not 100");
    clock.advance(1);
    assert.deepEqual([...expiry.take()], ["a"]);
    clock.advance(10);
    assert.deepEqual([...expiry.take()], ["b"]);
    assert.deepEqual([...expiry.take()], [], "each comes out once");
  });

  test("adding again starts the time anew, and deleting ends it", () => {
    const clock = new FakeClock();
    const expiry = new Expiry<string>(clock, 100);
    for (const item of ["a", "b", "c"]) expiry.add(item);
    clock.advance(60);
    expiry.add("a");
    expiry.delete("b");
    clock.advance(40);
    assert.deepEqual([...expiry.take()], ["c"]);
    clock.advance(60);
    assert.deepEqual([...expiry.take()], ["a"]);
  });
});
