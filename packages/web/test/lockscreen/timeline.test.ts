import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fateOf, Timeline } from "../../src/lockscreen/timeline.ts";

describe("the timeline of the laboratory", () => {
  it("tells for each side what became of a message", () => {
    const timeline = new Timeline();
    for (const number of [1, 2, 3, 4]) timeline.sent(number, number * 1000);
    timeline.heard("sdk", 1, 1020);
    timeline.heard("sdk", 2, 6000);
    const fates = timeline.messages.map((message) => fateOf(message, "sdk", message.number === 3));
    assert.deepEqual(fates, ["heard", "filled", "lost", "awaited"]);
    assert.deepEqual(
      timeline.messages.map((message) => fateOf(message, "naive", false)),
      ["awaited", "awaited", "awaited", "awaited"],
    );
  });

  it("says when a message was sent, and forgets those that no screen shows any more", () => {
    const timeline = new Timeline();
    for (let number = 1; number <= 1100; number += 1) timeline.sent(number, number);
    assert.deepEqual(
      [timeline.messages.length, timeline.heard("sdk", 1100, 2000), timeline.heard("sdk", 1, 2000)],
      [1000, 1100, undefined],
    );
  });
});
