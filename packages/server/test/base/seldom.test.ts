import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Seldom } from "../../src/base/seldom.ts";
import { FakeClock } from "../support/fake-clock.ts";

describe("what is told seldom", () => {
  it("is told the first time, then once in its time with how often it was held back", () => {
    const clock = new FakeClock();
    const seldom = new Seldom(clock, 1000);
    assert.equal(seldom.ask("a"), 0);
    assert.equal(seldom.ask("b"), 0, "each subject for itself");
    assert.equal(seldom.ask("a"), null);
    clock.advance(999);
    assert.equal(seldom.ask("a"), null);
    clock.advance(1);
    assert.equal(seldom.ask("a"), 2);
    assert.equal(seldom.ask("a"), null);
  });

  it("shares one count among those that are too many", () => {
    const clock = new FakeClock();
    const seldom = new Seldom(clock, 1000);
    for (let subject = 0; subject < 1000; subject += 1) seldom.ask(`${subject}`);
    assert.equal(seldom.ask("one more"), 0);
    assert.equal(seldom.ask("another"), null);
    clock.advance(2000);
    assert.equal(seldom.ask("one more"), 1, "those of before are told of together");
    assert.equal(seldom.ask("another"), 0, "there is room again");
  });
});
