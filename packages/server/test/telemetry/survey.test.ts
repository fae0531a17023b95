import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { KeptSurvey, survey } from "../../src/telemetry/survey.ts";
import { FakeClock } from "../support/fake-clock.ts";

const nothing = { outbox: null, behind: null, reading: false };
const idle = { ...nothing, outbox: { waitingBytes: 0, overrun: false } };
const busy = { ...nothing, outbox: { waitingBytes: 10, overrun: false } };
const full = { ...nothing, outbox: { waitingBytes: 300, overrun: true } };

describe("the walk over all sessions", () => {
  test("adds up what waits, and finds the largest and the full", () => {
    const found = survey([nothing, idle, busy, full, busy]);
    assert.deepEqual(found, { catchingUp: 0, waiting: 3, full: 1, bytes: 320, largestBytes: 300 });
  });

  test("finds subscriptions that wait for a page, and the one that reads", () => {
    const behind = ["news", "stock"];
    assert.equal(
      survey([
        { ...busy, behind, reading: true },
        { ...idle, reading: true },
      ]).catchingUp,
      4,
    );
    assert.equal(survey([{ ...nothing, behind }]).catchingUp, 0, "whose client is away, nothing is read");
  });

  test("is not made again for a while", () => {
    const clock = new FakeClock();
    const kept = new KeptSurvey(clock, 2000);
    assert.equal(kept.of([busy]).waiting, 1);
    clock.advance(1999);
    assert.equal(kept.of([busy, busy]).waiting, 1);
    clock.advance(1);
    assert.equal(kept.of([busy, busy]).waiting, 2);
  });
});
