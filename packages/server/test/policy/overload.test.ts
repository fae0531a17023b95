import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { UNCOUNTED } from "../../src/core/limit-hits.ts";
import { Overload, type OverloadOptions } from "../../src/policy/overload.ts";
import { FakeClock } from "../support/fake-clock.ts";

const LIMITS: OverloadOptions = { overloadDelayMs: 250, overloadPublishes: 1000 };
const CALM = { delayMs: 1, publishes: 0 };
const BUSY = { delayMs: 300, publishes: 0 };

/** A decider with its clock, and what it told. */
function world(limits = LIMITS) {
  const clock = new FakeClock(0);
  const told: string[] = [];
  const overload = new Overload(limits, {
    hits: UNCOUNTED,
    began: (limit) => void told.push(`began ${limit}`),
    ended: ({ connections, publishes }) => void told.push(`ended ${connections} ${publishes}`),
    refused: () => {},
  });
  return {
    overload,
    told,
    /** Takes a sample every 100 ms for some time. */
    pass: (forMs: number, load: { readonly delayMs: number; readonly publishes: number }): void => {
      for (let passed = 0; passed < forMs; passed += 100) {
        clock.advance(100);
        overload.sample({ nowMs: clock.nowMs(), ...load });
      }
    },
  };
}

function refusedOf(count: number, ask: () => unknown): number {
  let refused = 0;
  for (let asked = 0; asked < count; asked += 1) if (ask() !== null) refused += 1;
  return refused;
}

describe("overload", () => {
  test("is not a single long turn, however long", () => {
    const { overload, pass, told } = world();
    pass(100, { delayMs: 60_000, publishes: 0 });
    pass(1000, CALM);
    for (let stalls = 0; stalls < 20; stalls += 1) {
      pass(400, BUSY);
      pass(100, CALM);
    }
    assert.deepEqual([told, overload.level, overload.publish(), overload.connection()], [[], 0, null, null]);
  });

  test("refuses all new connections at first, and few publishes", () => {
    const { overload, pass } = world();
    pass(600, BUSY);
    assert.equal(
      refusedOf(100, () => overload.connection()),
      100,
    );
    const publishes = refusedOf(100, () => overload.publish());
    assert.ok(publishes > 10 && publishes < 30, `${publishes} of 100`);
  });

  test("tells those whom it refuses that and when they may come again, and not all the same time", () => {
    const { overload, pass } = world();
    pass(5000, BUSY);
    const refusals = Array.from({ length: 32 }, () => overload.connection());
    const waits = refusals.map((refusal) => refusal?.retryAfterMs ?? 0);
    assert.ok(refusals.every((refusal) => refusal?.code === "overloaded"));
    assert.deepEqual([Math.min(...waits), Math.max(...waits), new Set(waits).size], [1000, 2875, 16]);
  });

  test("goes by the publishes that wait for the store as well, and says which limit it was", () => {
    const { pass, told } = world();
    pass(1000, { delayMs: 0, publishes: 1000 });
    assert.deepEqual(told, ["began overload_publishes"]);
  });

  test("ends within four seconds of calm, with the count of what was refused", () => {
    const { overload, pass, told } = world();
    pass(10_000, BUSY);
    overload.connection();
    const publishes = refusedOf(200, () => overload.publish());
    assert.ok(
      publishes >= 189 && publishes < 200,
      `one in twenty is always taken, and ${publishes} of 200 were refused`,
    );
    pass(4000, CALM);
    assert.deepEqual([overload.level, overload.publish()], [0, null]);
    assert.deepEqual(told, ["began overload_delay", `ended 1 ${publishes}`]);
  });

  test("ends too when the load stays between half of the limit and the limit", () => {
    const { overload, pass } = world();
    pass(10_000, BUSY);
    pass(60_000, { delayMs: 200, publishes: 0 });
    assert.equal(overload.level, 0);
  });

  test("is off where both limits are, and ends when they are turned off", () => {
    const off = { overloadDelayMs: null, overloadPublishes: null };
    const never = world(off);
    never.pass(60_000, { delayMs: 60_000, publishes: 1e9 });
    assert.deepEqual(never.told, []);
    const changed = world();
    changed.pass(10_000, BUSY);
    changed.overload.change(off);
    changed.pass(4000, BUSY);
    assert.equal(changed.overload.level, 0);
  });

  test("keeps a queue that is offered any multiple of what can be done near its limit, and lets it be empty again", () => {
    const loads = fc.record({
      // How much more comes than can be done, and what refusing costs, in parts of what carrying out costs.
      times: fc.double({ min: 1.2, max: 4, noNaN: true }),
      refusalCost: fc.double({ min: 0, max: 0.05, noNaN: true }),
    });
    fc.assert(
      fc.property(loads, ({ times, refusalCost }) => {
        const { overload, pass } = world();
        let queuedMs = 0;
        let worstMs = 0;
        for (let atMs = 0; atMs < 30_000; atMs += 100) {
          // A hundred requests that take 1 ms each are what can be done in 100 ms.
          const requests = Math.round(100 * times);
          const refused = refusedOf(requests, () => overload.publish());
          queuedMs = Math.max(0, queuedMs + (requests - refused) + refused * refusalCost - 100);
          pass(100, { delayMs: queuedMs, publishes: 0 });
          if (atMs >= 15_000) worstMs = Math.max(worstMs, queuedMs);
        }
        assert.ok(worstMs < 2500, `the queue grew to ${worstMs} ms`);
        for (let atMs = 0; atMs < 10_000; atMs += 100) {
          queuedMs = Math.max(0, queuedMs - 50);
          pass(100, { delayMs: queuedMs, publishes: 0 });
        }
        assert.equal(overload.level, 0);
      }),
      { numRuns: 20 },
    );
  });
});
