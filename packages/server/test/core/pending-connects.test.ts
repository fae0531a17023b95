import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type PendingConnect, PendingConnects } from "../../src/core/pending-connects.ts";

const ENDING = { code: 4400, reason: "out", retryAfterMs: 0 };

type Action =
  | { readonly do: "begin" }
  | { readonly do: "end"; readonly which: number }
  | { readonly do: "kick"; readonly user: string; readonly device: string | null };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.constant({ do: "begin" } as const),
  fc.record({ do: fc.constant("end" as const), which: fc.nat(10) }),
  fc.record({
    do: fc.constant("kick" as const),
    user: fc.constantFrom("ann", "bob", "eve"),
    device: fc.constantFrom(null, "phone", "laptop"),
  }),
);

describe("connects that wait for their identity", () => {
  test("each hears of exactly the kicks that came after it began", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const pending = new PendingConnects();
        /** The simplest thing that is right: each one keeps everybody who was kicked meanwhile. */
        const model = new Map<PendingConnect, Set<string>>();
        for (const step of actions) {
          if (step.do === "begin") model.set(pending.begin(), new Set());
          if (step.do === "kick") {
            pending.kicked(step.user, step.device, ENDING);
            for (const kicked of model.values()) kicked.add(`${step.user} ${step.device}`);
          }
          const ended = step.do === "end" ? [...model.keys()][step.which] : undefined;
          if (ended !== undefined) {
            pending.end(ended);
            model.delete(ended);
          }
          for (const [connect, kicked] of model) {
            for (const user of ["ann", "bob", "eve"]) {
              for (const device of [null, "phone", "laptop"]) {
                const leaves = kicked.has(`${user} null`) || kicked.has(`${user} ${device}`);
                assert.equal(pending.endingOf(connect, user, device), leaves ? ENDING : null);
              }
            }
          }
        }
      }),
    );
  });

  test("a later connect is not kept away by an earlier kick", () => {
    const pending = new PendingConnects();
    const early = pending.begin();
    pending.kicked("ann", null, ENDING);
    const late = pending.begin();
    assert.equal(pending.endingOf(early, "ann", null), ENDING);
    assert.equal(pending.endingOf(late, "ann", null), null);
    assert.equal(pending.endingOf(early, "bob", null), null);
  });
});
