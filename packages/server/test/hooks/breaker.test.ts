import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { admit, type BreakerState, CLOSED, settle } from "../../src/hooks/ask/breaker.ts";

const OPTIONS = { maxFailures: 3, openMs: 1000 };
const OPEN: BreakerState = { kind: "open", untilMs: 2000 };
const PROBING: BreakerState = { kind: "probing" };
const closed = (failures: number): BreakerState => ({ kind: "closed", failures });

const ADMITTED: readonly (readonly [string, BreakerState, number, BreakerState | null])[] = [
  ["closed lets through", CLOSED, 0, CLOSED],
  ["closed with failures lets through", closed(2), 0, closed(2)],
  ["open lets nothing through before its time", OPEN, 1999, null],
  ["open lets one through at its time", OPEN, 2000, PROBING],
  ["probing lets no second one through", PROBING, 9999, null],
];

const SETTLED: readonly (readonly [string, BreakerState, boolean, BreakerState])[] = [
  ["a success keeps it closed", CLOSED, true, CLOSED],
  ["a success forgets failures", closed(2), true, CLOSED],
  ["a failure is counted", closed(1), false, closed(2)],
  ["the last failure opens it", closed(2), false, OPEN],
  [
    "a late failure does not open it for longer",
    { kind: "open", untilMs: 1500 },
    false,
    { kind: "open", untilMs: 1500 },
  ],
  ["a late success does not close it", OPEN, true, OPEN],
  ["a probe that succeeds closes it", PROBING, true, CLOSED],
  ["a probe that fails opens it again", PROBING, false, OPEN],
];

describe("a circuit breaker", () => {
  for (const [sentence, before, nowMs, after] of ADMITTED) {
    test(sentence, () => assert.deepEqual(admit(before, nowMs), after));
  }

  for (const [sentence, before, succeeded, after] of SETTLED) {
    test(sentence, () => assert.deepEqual(settle(before, succeeded, 1000, OPTIONS), after));
  }

  test("never lets more than one through between two openings, and always lets one through in the end", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1500), fc.boolean())), (calls) => {
        let state: BreakerState = CLOSED;
        let [nowMs, failuresInARow, letThrough] = [0, 0, 0];
        for (const [passedMs, succeeds] of calls) {
          nowMs += passedMs;
          const admitted = admit(state, nowMs);
          if (admitted === null) {
            assert.equal(state.kind, "open");
            continue;
          }
          letThrough += 1;
          state = settle(admitted, succeeds, nowMs, OPTIONS);
          failuresInARow = succeeds ? 0 : failuresInARow + 1;
          assert.equal(state.kind === "open", failuresInARow >= OPTIONS.maxFailures);
        }
        assert.ok(calls.length === 0 || letThrough > 0);
        assert.notEqual(admit(state, nowMs + OPTIONS.openMs), null);
      }),
    );
  });
});
