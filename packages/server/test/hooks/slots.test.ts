import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Slots } from "../../src/hooks/ask/slots.ts";

const FOR_EVER = new AbortController().signal;

describe("slots", () => {
  test("are given in the order of asking, so many at once", async () => {
    const slots = new Slots(2, 10);
    const entered: number[] = [];
    const asked = [1, 2, 3, 4].map(async (number) => {
      if (await slots.enter(FOR_EVER)) entered.push(number);
    });
    await asked[1];
    assert.deepEqual([entered, slots.busy, slots.waiting], [[1, 2], 2, 2]);
    slots.leave();
    await asked[2];
    slots.leave();
    await Promise.all(asked);
    assert.deepEqual([entered, slots.busy, slots.waiting], [[1, 2, 3, 4], 2, 0]);
    slots.leave();
    slots.leave();
    assert.equal(slots.busy, 0);
  });

  test("are refused when too many wait", async () => {
    const slots = new Slots(1, 1);
    assert.equal(await slots.enter(FOR_EVER), true);
    const second = slots.enter(FOR_EVER);
    assert.equal(await slots.enter(FOR_EVER), false);
    slots.leave();
    assert.equal(await second, true);
  });

  test("are not given to who gave up waiting", async () => {
    const slots = new Slots(1, 10);
    await slots.enter(FOR_EVER);
    const giving = new AbortController();
    const second = slots.enter(giving.signal);
    const third = slots.enter(FOR_EVER);
    giving.abort();
    assert.equal(await second, false);
    slots.leave();
    assert.equal(await third, true);
    assert.deepEqual([slots.busy, slots.waiting], [1, 0]);
  });
});
