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

  it("counts what has happened beyond it as a debt that time pays", () => {
    const clock = new FakeClock(0);
    const table = new RateTable(RATE, clock);
    assert.equal(table.spend("a", 1), 0);
    assert.equal(table.spend("a", 10), 5000);
    assert.equal(table.take("a"), 5000);
    clock.advance(4000);
    assert.equal(table.spend("a", 0), 1000);
    clock.advance(1000);
    assert.equal(table.take("a"), 0);
  });

  it("starts afresh with another rate, and goes on with the same one", () => {
    const table = new RateTable({ ...RATE, count: 1 }, new FakeClock(0));
    table.take("a");
    table.change({ count: 1, perMs: 1000 });
    assert.equal(table.take("a"), 1000);
    table.change(RATE);
    assert.equal(table.take("a"), 0);
    table.change(null);
    for (let n = 0; n < 10; n += 1) assert.equal(table.take("a"), 0);
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
