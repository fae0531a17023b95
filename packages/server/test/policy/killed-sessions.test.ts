import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { KilledSessions } from "../../src/policy/killed-sessions.ts";
import { FakeClock } from "../support/fake-clock.ts";

const HOUR_MS = 3_600_000;

describe("a killed session", () => {
  it("is refused for 24 hours", () => {
    const clock = new FakeClock();
    const killed = new KilledSessions(clock);
    killed.add("s1");
    assert.equal(killed.has("s1"), true);
    assert.equal(killed.has("s2"), false);
    clock.advance(24 * HOUR_MS - 1);
    assert.equal(killed.has("s1"), true);
    clock.advance(1);
    assert.equal(killed.has("s1"), false);
  });

  it("is refused for 24 hours from the last time it was killed", () => {
    const clock = new FakeClock();
    const killed = new KilledSessions(clock);
    killed.add("s1");
    killed.add("s2");
    clock.advance(23 * HOUR_MS);
    killed.add("s1");
    clock.advance(2 * HOUR_MS);
    killed.add("s3");
    assert.deepEqual(
      ["s1", "s2", "s3"].map((session) => killed.has(session)),
      [true, false, true],
    );
  });

  it("makes room for new ones by the oldest", () => {
    const killed = new KilledSessions(new FakeClock(), 2);
    for (const session of ["s1", "s2", "s3"]) killed.add(session);
    assert.deepEqual(
      ["s1", "s2", "s3"].map((session) => killed.has(session)),
      [false, true, true],
    );
  });
});
