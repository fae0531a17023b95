import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { beginEpisode, endEpisode, hearInEpisode } from "../../src/lockscreen/episode.ts";

describe("a treatment of both phones", () => {
  const ended = endEpisode(beginEpisode(1, "locked", 1000), 5000);

  it("counts what is filled in until a message comes without delay again", () => {
    let episode = hearInEpisode(ended, "sdk", 2000, 0, 5500);
    episode = hearInEpisode(episode, "sdk", 4900, 0, 5500);
    episode = hearInEpisode(episode, "sdk", 5600, 0, 5650);
    episode = hearInEpisode(episode, "sdk", 5800, 0, 5850);
    assert.deepEqual(episode.outcomes.sdk, { filled: 2, lost: 0, recoveredInMs: 650 });
  });

  it("counts what was passed over on the side where it was", () => {
    const episode = hearInEpisode(ended, "naive", 9000, 40, 9010);
    assert.deepEqual(episode.outcomes.naive, { filled: 0, lost: 40, recoveredInMs: 4010 });
    assert.equal(episode.outcomes.sdk.recoveredInMs, undefined);
  });

  it("takes nothing into account that comes while it lasts", () => {
    const lasting = beginEpisode(1, "frozen", 1000);
    assert.equal(hearInEpisode(lasting, "sdk", 990, 0, 1010), lasting);
  });
});
