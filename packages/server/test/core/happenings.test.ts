import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Happenings, NOBODY_LISTENS, toldTo } from "../../src/core/happenings.ts";

/** Writes down what it is told; acknowledges publishes when its promise does. */
function recorder(name: string, told: string[], kept: Promise<void> | null = null): Happenings {
  const record = (what: string) => (): void => void told.push(`${name} ${what}`);
  return {
    sessionBegan: record("began"),
    sessionEnded: record("ended"),
    channelOccupied: record("occupied"),
    channelVacated: record("vacated"),
    memberJoined: record("joined"),
    memberLeft: record("left"),
    clientPublished: () => {
      told.push(`${name} published`);
      return kept;
    },
  };
}

/** Lets everything happen that there is; what it is about does not matter here. */
function happen(to: Happenings): Promise<void> | null {
  const any = JSON.parse("{}");
  to.sessionBegan(any);
  to.channelOccupied("news");
  to.memberJoined("news", any);
  to.memberLeft("news", any);
  to.channelVacated("news");
  to.sessionEnded(any);
  return to.clientPublished(any, any, any);
}

describe("telling several", () => {
  test("tells each of them everything, in their order", () => {
    const told: string[] = [];
    assert.equal(happen(toldTo([recorder("a", told), null, recorder("b", told)])), null);
    const events = ["began", "occupied", "joined", "left", "vacated", "ended", "published"];
    assert.deepEqual(
      told,
      events.flatMap((event) => [`a ${event}`, `b ${event}`]),
    );
  });

  test("has a publish acknowledged only when all who keep it have kept it", async () => {
    let keep = (): void => {};
    const kept = new Promise<void>((resolve) => {
      keep = resolve;
    });
    let isAcknowledged = false;
    const waiting = happen(toldTo([recorder("a", []), recorder("b", [], kept)]));
    const acknowledged = waiting?.then(() => {
      isAcknowledged = true;
    });
    await Promise.resolve();
    assert.equal(isAcknowledged, false);
    keep();
    await acknowledged;
    assert.equal(isAcknowledged, true);
  });

  test("is as good as telling the only one, or nobody", () => {
    const only = recorder("a", []);
    assert.equal(toldTo([null, only]), only);
    assert.equal(toldTo([null]), NOBODY_LISTENS);
  });
});
