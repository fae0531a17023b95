import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RunningWheel } from "../../src/base/running-wheel.ts";
import { monotonicClock } from "../../src/base/system-clock.ts";
import { NOT_SCHEDULED } from "../../src/base/timer-wheel.ts";

const TICK_MS = 2;

describe("a wheel that turns by itself", () => {
  test("calls what is due, not before its time, and rests when nothing waits", async () => {
    const wheel = new RunningWheel({ tickMs: TICK_MS, slots: 8, clock: monotonicClock });
    assert.equal(wheel.isRunning, false, "nothing waits yet");
    for (const delayMs of [5, 40]) {
      const startedMs = wheel.nowMs();
      const calledMs = await new Promise<number>((resolve) => {
        const onDue = (): void => resolve(wheel.nowMs());
        wheel.schedule({ wheelPlace: NOT_SCHEDULED, onDue }, delayMs);
        assert.equal(wheel.isRunning, true);
        keepAlive(() => !wheel.isRunning);
      });
      assert.ok(calledMs - startedMs >= delayMs, `${calledMs - startedMs} ms of ${delayMs}`);
    }
    await rest(wheel);
  });

  test("rests also when what waited was cancelled", async () => {
    const wheel = new RunningWheel({ tickMs: TICK_MS, slots: 8, clock: monotonicClock });
    const entry = { wheelPlace: NOT_SCHEDULED, onDue: () => assert.fail("it was cancelled") };
    wheel.schedule(entry, 60_000);
    wheel.cancel(entry);
    await rest(wheel);
  });
});

function rest(wheel: RunningWheel): Promise<void> {
  return new Promise((resolve) => {
    keepAlive(() => {
      if (wheel.isRunning) return false;
      resolve();
      return true;
    });
  });
}

/** Keeps the process alive, which the wheel does not, until `isOver`. */
function keepAlive(isOver: () => boolean): void {
  const timer = setInterval(() => {
    if (isOver()) clearInterval(timer);
  }, TICK_MS);
}
