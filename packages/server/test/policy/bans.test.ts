import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Bans } from "../../src/policy/bans.ts";
import { FakeClock } from "../support/fake-clock.ts";

describe("a ban", () => {
  it("holds until its time is over", () => {
    const clock = new FakeClock(1000);
    const bans = new Bans(clock);
    assert.equal(bans.ban("u1", 600, "spam"), true);
    assert.deepEqual(bans.find("u1"), { reason: "spam", untilMs: 1600 });
    assert.equal(bans.find("u2"), undefined);
    clock.advance(599);
    assert.ok(bans.find("u1"), "a millisecond is left");
    clock.advance(1);
    assert.equal(bans.find("u1"), undefined);
    assert.equal(bans.unban("u1"), false, "there is nothing to lift");
  });

  it("holds for good without a time, until it is lifted", () => {
    const clock = new FakeClock();
    const bans = new Bans(clock);
    bans.ban("u1", null, "");
    clock.advance(1e12);
    assert.deepEqual(bans.find("u1"), { reason: "", untilMs: null });
    assert.equal(bans.unban("u1"), true);
    assert.equal(bans.find("u1"), undefined);
  });

  it("replaces an earlier one, also by a shorter one", () => {
    const bans = new Bans(new FakeClock(0));
    bans.ban("u1", null, "first");
    bans.ban("u1", 10, "second");
    assert.deepEqual(bans.find("u1"), { reason: "second", untilMs: 10 });
  });

  it("is refused rather than another one lifted, when there are too many", () => {
    const clock = new FakeClock();
    const bans = new Bans(clock, 2);
    bans.ban("u1", null, "");
    bans.ban("u2", 10, "");
    assert.equal(bans.ban("u3", null, ""), false);
    assert.equal(bans.ban("u2", 20, "again"), true, "it holds already");
    clock.advance(20);
    assert.equal(bans.ban("u3", null, ""), true, "one is over");
    assert.ok(bans.find("u1"));
    assert.equal(bans.find("u2"), undefined);
  });
});
