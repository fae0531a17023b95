import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { NOT_SCHEDULED, TimerWheel, type WheelEntry } from "../../src/base/timer-wheel.ts";
import { FakeClock } from "../support/fake-clock.ts";

class Entry implements WheelEntry {
  wheelPlace = NOT_SCHEDULED;
  readonly name: number;
  readonly #due: (entry: Entry) => void;

  constructor(name: number, due: (entry: Entry) => void) {
    this.name = name;
    this.#due = due;
  }

  onDue(): void {
    this.#due(this);
  }
}

function wheelOf(slots = 8, tickMs = 100) {
  const clock = new FakeClock();
  const wheel = new TimerWheel({ tickMs, slots, clock });
  const fired: number[] = [];
  const entry = (name: number) => new Entry(name, () => fired.push(name));
  return { clock, wheel, fired, entry };
}

describe("the timer wheel", () => {
  it("calls an entry when its delay is over, and never before", () => {
    const { clock, wheel, fired, entry } = wheelOf();
    wheel.schedule(entry(1), 250);
    clock.advance(249);
    wheel.advance();
    assert.deepEqual(fired, [], "the delay is not over");
    clock.advance(100);
    wheel.advance();
    assert.deepEqual(fired, [1], "a tick after the delay it has been called");
  });

  it("calls an entry once", () => {
    const { clock, wheel, fired, entry } = wheelOf();
    wheel.schedule(entry(1), 100);
    for (let turn = 0; turn < 30; turn++) {
      clock.advance(100);
      wheel.advance();
    }
    assert.deepEqual(fired, [1]);
    assert.equal(wheel.size, 0);
  });

  it("waits more than one turn of the wheel for a long delay", () => {
    const { clock, wheel, fired, entry } = wheelOf(4);
    wheel.schedule(entry(1), 1200);
    for (let tick = 1; tick < 12; tick++) {
      clock.advance(100);
      wheel.advance();
      assert.deepEqual(fired, [], `not due after ${tick} ticks of 12`);
    }
    clock.advance(100);
    wheel.advance();
    assert.deepEqual(fired, [1]);
  });

  it("forgets a cancelled entry", () => {
    const { clock, wheel, fired, entry } = wheelOf();
    const cancelled = entry(1);
    wheel.schedule(cancelled, 100);
    wheel.schedule(entry(2), 100);
    wheel.cancel(cancelled);
    wheel.cancel(cancelled);
    assert.equal(wheel.size, 1);
    clock.advance(200);
    wheel.advance();
    assert.deepEqual(fired, [2]);
  });

  it("moves an entry that is scheduled again", () => {
    const { clock, wheel, fired, entry } = wheelOf();
    const moved = entry(1);
    wheel.schedule(moved, 100);
    wheel.schedule(moved, 500);
    assert.equal(wheel.size, 1);
    clock.advance(400);
    wheel.advance();
    assert.deepEqual(fired, [], "the first schedule no longer counts");
    clock.advance(100);
    wheel.advance();
    assert.deepEqual(fired, [1]);
  });

  it("lets an entry schedule itself again while it is called", () => {
    const { clock, wheel } = wheelOf();
    let calls = 0;
    const repeating = new Entry(1, (self) => {
      calls += 1;
      wheel.schedule(self, 0);
    });
    wheel.schedule(repeating, 0);
    for (let tick = 1; tick <= 5; tick++) {
      clock.advance(100);
      wheel.advance();
      assert.equal(calls, tick, "once for each tick, even with no delay");
    }
  });

  it("lets an entry cancel another one that is due at the same time", () => {
    const { clock, wheel } = wheelOf();
    const called: number[] = [];
    const entries: Entry[] = [1, 2].map(
      (name) =>
        new Entry(name, () => {
          called.push(name);
          for (const other of entries) wheel.cancel(other);
        }),
    );
    for (const each of entries) wheel.schedule(each, 100);
    clock.advance(100);
    wheel.advance();
    assert.equal(called.length, 1, "the one that came first cancelled the other");
    assert.equal(wheel.size, 0);
  });

  it("keeps what is due when an entry throws, and calls it at the next advance", () => {
    const { clock, wheel, fired, entry } = wheelOf();
    wheel.schedule(entry(1), 100);
    const throwing = new Entry(2, () => {
      throw new Error("from an entry");
    });
    wheel.schedule(throwing, 100);
    wheel.schedule(entry(3), 100);
    clock.advance(100);
    assert.throws(() => wheel.advance(), /from an entry/);
    wheel.advance();
    assert.deepEqual(new Set(fired), new Set([1, 3]));
    assert.equal(wheel.size, 0);
  });

  it("refuses a shape in which nothing would ever be due", () => {
    const clock = new FakeClock();
    assert.throws(() => new TimerWheel({ tickMs: 0, slots: 8, clock }), RangeError);
    assert.throws(() => new TimerWheel({ tickMs: 10, slots: 0, clock }), RangeError);
  });

  it("agrees with a list of deadlines, whatever happens in whatever order", () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant("schedule" as const), name: fc.nat(9), ms: fc.nat(3000) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("cancel" as const), name: fc.nat(9), ms: fc.constant(0) }),
      },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant("pass" as const), name: fc.constant(0), ms: fc.nat(2000) }),
      },
    );
    const property = fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(step, { maxLength: 60 }),
      (slots, steps) => {
        const { clock, wheel, fired, entry } = wheelOf(slots);
        const entries = Array.from({ length: 10 }, (_, name) => entry(name));
        const start = clock.nowMs();
        const deadlines = new Map<number, number>();
        for (const { kind, name, ms } of steps) {
          if (kind === "schedule") {
            // A deadline on the wheel: the first tick that is not early, and not the one that has just passed.
            const now = clock.nowMs() - start;
            deadlines.set(name, Math.max(Math.ceil((now + ms) / 100), Math.floor(now / 100) + 1));
            wheel.advance();
            wheel.schedule(entries[name]!, ms);
          } else if (kind === "cancel") {
            deadlines.delete(name);
            wheel.cancel(entries[name]!);
          } else {
            clock.advance(ms);
            fired.length = 0;
            wheel.advance();
            const tick = Math.floor((clock.nowMs() - start) / 100);
            const due = [...deadlines].filter(([, deadline]) => deadline <= tick).map(([which]) => which);
            for (const which of due) deadlines.delete(which);
            assert.deepEqual(new Set(fired), new Set(due), "the wheel calls exactly what is due");
            assert.equal(fired.length, due.length, "and each once");
          }
          assert.equal(wheel.size, deadlines.size, "the wheel counts what waits");
        }
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});
