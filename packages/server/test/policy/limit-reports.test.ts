import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LimitReports } from "../../src/policy/limit-reports.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { RecordingLogger } from "../support/recording-logger.ts";

function setUp() {
  const clock = new FakeClock(0);
  const logger = new RecordingLogger();
  const counted: string[] = [];
  const reports = new LimitReports({ clock, logger, count: (limit) => void counted.push(limit) });
  return { clock, logger, counted, reports };
}

describe("reports of limits", () => {
  it("count every time, and log once a minute for whom it concerns", () => {
    const { clock, logger, counted, reports } = setUp();
    for (let n = 0; n < 100; n += 1) reports.hit("handshakes_per_address", { address: "192.0.2.1" });
    reports.hit("handshakes_per_address", { address: "192.0.2.2" });
    reports.hit("connections_per_address", { address: "192.0.2.1" });
    assert.equal(counted.length, 102);
    const about = (limit: string, setting: string, address: string) => {
      return { event: "limit.reached", limit, setting, address };
    };
    assert.deepEqual(
      logger.lines.map(({ fields }) => fields),
      [
        about("handshakes_per_address", "limits.handshakesPerAddress", "192.0.2.1"),
        about("handshakes_per_address", "limits.handshakesPerAddress", "192.0.2.2"),
        about("connections_per_address", "limits.connectionsPerAddress", "192.0.2.1"),
      ],
    );
    clock.advance(60_000);
    reports.hit("handshakes_per_address", { address: "192.0.2.1" });
    assert.equal(logger.lines.length, 4);
  });

  it("share one line when an attacker has many addresses", () => {
    const { logger, counted, reports } = setUp();
    for (let n = 0; n < 20_000; n += 1) reports.hit("handshakes_per_address", { address: `192.0.2.${n}` });
    assert.equal(counted.length, 20_000);
    assert.equal(logger.lines.length, 10_001);
  });
});
