import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Turn } from "../../src/core/turn.ts";

function setUp(): { readonly turn: Turn; readonly ends: (() => void)[]; readonly log: string[] } {
  const ends: (() => void)[] = [];
  return { turn: new Turn((end) => ends.push(end)), ends, log: [] };
}

describe("a turn", () => {
  test("is scheduled once, by whatever is gathered first", () => {
    const { turn, ends } = setUp();
    turn.addOutbox({ flush: () => {} });
    turn.addChannel({ flush: () => {} });
    assert.equal(ends.length, 1);
    ends[0]?.();
    turn.addChannel({ flush: () => {} });
    assert.equal(ends.length, 2, "the next turn is another one");
  });

  test("channels come before outboxes, each in the order in which they were added", () => {
    const { turn, ends, log } = setUp();
    turn.addOutbox({ flush: () => log.push("outbox 1") });
    turn.addChannel({ flush: () => log.push("channel 1") });
    turn.addChannel({ flush: () => log.push("channel 2") });
    ends[0]?.();
    assert.deepEqual(log, ["channel 1", "channel 2", "outbox 1"]);
  });

  test("what a channel writes while the turn ends leaves in the same turn", () => {
    const { turn, ends, log } = setUp();
    const outbox = { flush: () => log.push("outbox") };
    turn.addChannel({
      flush: () => {
        log.push("channel");
        turn.addOutbox(outbox);
        turn.addChannel({ flush: () => log.push("another channel") });
      },
    });
    ends[0]?.();
    assert.deepEqual(log, ["channel", "another channel", "outbox"]);
    assert.equal(ends.length, 1, "no second turn was needed");
  });

  test("what an outbox causes while it is written belongs to the next turn, and is not forgotten", () => {
    const { turn, ends, log } = setUp();
    turn.addOutbox({ flush: () => turn.addOutbox({ flush: () => log.push("later") }) });
    ends[0]?.();
    assert.deepEqual(log, []);
    ends[1]?.();
    assert.deepEqual(log, ["later"]);
  });
});
