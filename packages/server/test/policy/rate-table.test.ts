import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RateTable } from "../../src/policy/rate-table.ts";
import { FakeClock } from "../support/fake-clock.ts";

const RATE = { count: 2, perMs: 1000 };

describe("a rate for each of many", () => {
  it("says how long to wait for who has used it up, and concerns nobody else", () => {
    const table = new RateTable(RATE, new FakeClock(0));
    assert.deepEqual(
      [1, 2, 3].map(() => table.take("a")),
      [0, 0, 500],
    );
    assert.equal(table.take("b"), 0);
  });

  it("counts what is larger than all of it, once, and makes it wait afterwards", () => {
    const clock = new FakeClock(0);
    const table = new RateTable(RATE, clock);
    assert.equal(table.take("a", 10), 0);
    assert.equal(table.take("a"), 4500);
    clock.advance(4500);
    assert.equal(table.take("a"), 0);
  });

  it("forgets who has been quiet, and those who came first when there are too many", () => {
    const clock = new FakeClock(0);
    const table = new RateTable(RATE, clock, 2000);
    for (let n = 0; n < 1500; n += 1) table.take(`quiet-${n}`);
    clock.advance(1000);
    table.take("new");
    assert.equal(table.size, 1);
    for (let n = 0; n < 5000; n += 1) table.take(`many-${n}`);
    assert.equal(table.size, 2000);
  });

  it("is off when there is none", () => {
    const table = new RateTable(null, new FakeClock(0));
    for (let n = 0; n < 10; n += 1) assert.equal(table.take("a"), 0);
    assert.equal(table.size, 0);
  });
});
