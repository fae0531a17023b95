import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { BudgetRate } from "../../src/core/budget-rate.ts";

const times = fc.array(fc.record({ waitMs: fc.nat(700), wanted: fc.nat(30) }), { maxLength: 60 });
const budget = fc.integer({ min: 1, max: 50 });
const windowMs = fc.integer({ min: 1, max: 3000 });

describe("a budget's rate", () => {
  test("lets no second have more than the budget, whatever is wanted when", () => {
    fc.assert(
      fc.property(budget, windowMs, times, (perSecond, window, steps) => {
        const rate = new BudgetRate(perSecond, window);
        const sent: { readonly atMs: number; readonly count: number }[] = [];
        let nowMs = 0;
        for (const { waitMs, wanted } of steps) {
          nowMs += waitMs;
          const count = Math.min(wanted, rate.allowance(nowMs));
          rate.spend(nowMs, count);
          sent.push({ atMs: nowMs, count });
          const second = sent.filter(({ atMs }) => atMs > nowMs - 1000);
          const total = second.reduce((sum, one) => sum + one.count, 0);
          assert.ok(total <= perSecond, `${total} in a second, ${perSecond} are the budget`);
        }
      }),
    );
  });

  test("tells when something may be spent again, and not a moment too late", () => {
    fc.assert(
      fc.property(budget, windowMs, times, (perSecond, window, steps) => {
        const rate = new BudgetRate(perSecond, window);
        let nowMs = 0;
        for (const { waitMs, wanted } of steps) {
          nowMs += waitMs;
          rate.spend(nowMs, wanted);
          const delayMs = rate.waitMs(nowMs);
          if (delayMs === 0) assert.ok(rate.allowance(nowMs) > 0);
          else assert.equal(rate.allowance(nowMs + delayMs - 1), 0);
          nowMs += delayMs;
          assert.ok(rate.allowance(nowMs) > 0);
        }
      }),
    );
  });

  test("spreads the budget over the windows of a second", () => {
    const rate = new BudgetRate(20, 200);
    for (let nowMs = 0; nowMs < 3000; nowMs += 200) {
      assert.equal(rate.allowance(nowMs), 4);
      rate.spend(nowMs, 4);
    }
  });

  test("a budget of less than one message a window gives one message at a time", () => {
    const rate = new BudgetRate(2, 200);
    const sentAtMs: number[] = [];
    for (let nowMs = 0; nowMs < 2000; nowMs += 100) {
      if (rate.allowance(nowMs) === 0) continue;
      rate.spend(nowMs, 1);
      sentAtMs.push(nowMs);
    }
    assert.deepEqual(sentAtMs, [0, 100, 1000, 1100]);
  });
});
