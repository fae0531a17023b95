import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Meter, METER_WINDOW_MS } from "../../src/ticker/meter.ts";

describe("the meter of a way to get prices", () => {
  it("knows nothing but counts before it has measured", () => {
    const meter = new Meter();
    meter.request();
    meter.received(300);
    assert.deepEqual(meter.figures(), {
      requests: 1,
      bytes: 300,
      bytesPerSecond: undefined,
      staleMs: undefined,
      cpuShare: undefined,
    });
  });

  it("averages the age, and gives bytes and CPU by the second", () => {
    const meter = new Meter();
    meter.sample(1000, 200);
    meter.cpu(1000, 4);
    meter.received(5000);
    meter.sample(3000, 600);
    meter.cpu(3000, 4.5);
    const { bytesPerSecond, staleMs, cpuShare } = meter.figures();
    assert.deepEqual([bytesPerSecond, staleMs, cpuShare], [2500, 400, 0.25]);
  });

  it("forgets what is older than its window", () => {
    const meter = new Meter();
    meter.sample(0, 9000);
    meter.received(1_000_000);
    meter.sample(1, 100);
    meter.sample(1 + METER_WINDOW_MS, 300);
    const { bytes, bytesPerSecond, staleMs } = meter.figures();
    assert.deepEqual([bytes, bytesPerSecond, staleMs], [1_000_000, 0, 200]);
  });

  it("begins the CPU anew when the process did", () => {
    const meter = new Meter();
    meter.cpu(0, 50);
    meter.cpu(1000, 0.1);
    assert.equal(meter.figures().cpuShare, undefined);
    meter.cpu(2000, 0.3);
    assert.ok(Math.abs((meter.figures().cpuShare ?? 0) - 0.2) < 1e-9);
  });
});
