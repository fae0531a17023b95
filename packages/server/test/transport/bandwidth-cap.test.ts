import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TimerWheel } from "../../src/base/timer-wheel.ts";
import { BandwidthCap } from "../../src/transport/bandwidth-cap.ts";
import { FakeClock } from "../support/fake-clock.ts";

const RATE = { count: 1000, perMs: 1000 };

function setUp() {
  const clock = new FakeClock(0);
  const wheel = new TimerWheel({ tickMs: 100, slots: 16, clock });
  let refills = 0;
  const cap = new BandwidthCap(RATE, { clock, wheel }, () => {
    refills += 1;
  });
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.advance(100);
      wheel.advance();
    }
  };
  return { cap, wheel, pass, refills: () => refills };
}

describe("a connection's bandwidth", () => {
  test("waits for nothing while there is some left", () => {
    const { cap, wheel, pass } = setUp();
    cap.spend(999);
    assert.equal(cap.isSpent, false);
    assert.equal(wheel.size, 0, "no timer");
    pass(1000);
    cap.spend(999);
    assert.equal(cap.isSpent, false, "it has refilled");
  });

  test("what was sent beyond it is paid off before there is room again, and that is told once", () => {
    const { cap, wheel, pass, refills } = setUp();
    cap.spend(3000);
    assert.equal(cap.isSpent, true);
    pass(1900);
    assert.deepEqual([cap.isSpent, refills()], [true, 0]);
    pass(200);
    assert.deepEqual([cap.isSpent, refills()], [false, 1]);
    pass(5000);
    assert.deepEqual([refills(), wheel.size], [1, 0]);
  });

  test("what is sent while it waits makes it wait longer", () => {
    const { cap, pass, refills } = setUp();
    cap.spend(2000);
    pass(900);
    cap.spend(1000);
    pass(900);
    assert.equal(refills(), 0);
    pass(300);
    assert.equal(refills(), 1);
  });

  test("a stopped one waits no more", () => {
    const { cap, wheel } = setUp();
    cap.spend(5000);
    cap.stop();
    assert.equal(wheel.size, 0);
  });
});
