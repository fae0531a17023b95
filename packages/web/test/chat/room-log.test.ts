import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Entry, MessageEntry, NoticeEntry } from "../../src/chat/entry.ts";
import {
  append,
  appendNotice,
  EMPTY_LOG,
  follow,
  prepend,
  readBack,
  type RoomLog,
  SHOWN_FOLLOWING,
  SHOWN_READING,
} from "../../src/chat/room-log.ts";

function message(offset: number): MessageEntry {
  return {
    kind: "message",
    key: `m${offset}`,
    timeMs: offset,
    author: undefined,
    mine: false,
    body: { kind: "text", text: "" },
    to: undefined,
    position: { epoch: "e1", offset },
  };
}

function messages(from: number, to: number): readonly MessageEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
}

function keys(entries: readonly Entry[]): readonly string[] {
  return entries.map(({ key }) => key);
}

describe("a room's messages", () => {
  it("are bounded while the newest are in view", () => {
    const log = append(EMPTY_LOG, messages(1, 5000));
    assert.equal(log.shown.length, SHOWN_FOLLOWING);
    assert.equal(log.shown.at(-1)?.key, "m5000");
  });

  it("hold still while somebody reads back, and count what comes", () => {
    const reading = readBack(append(EMPTY_LOG, messages(1, 10)));
    const log = append(reading, messages(11, 5000));
    assert.equal(log.shown, reading.shown);
    assert.equal(log.waiting, 4990);
  });

  it("go on without a hole when somebody returns to the newest soon", () => {
    const log = follow(append(readBack(append(EMPTY_LOG, messages(1, 10))), messages(11, 30)));
    assert.deepEqual(keys(log.shown), keys(messages(1, 30)));
    assert.equal(log.waiting, 0);
  });

  it("drop what does not reach the newest any more when somebody returns late", () => {
    const log = follow(append(readBack(append(EMPTY_LOG, messages(1, 10))), messages(11, 1000)));
    assert.deepEqual(keys(log.shown), keys(messages(1001 - SHOWN_FOLLOWING, 1000)));
  });

  it("are bounded while earlier pages come in, and return to the newest from there", () => {
    let log = readBack(append(EMPTY_LOG, messages(3000, 3100)));
    for (let first = 2950; first > 0; first -= 50) log = prepend(log, messages(first, first + 49));
    assert.equal(log.shown.length, SHOWN_READING);
    assert.equal(log.shown[0]?.key, "m50");
    assert.equal(follow(log).shown.at(-1)?.key, "m3100");
  });

  it("stand in order of time, each once, however they come", () => {
    const step = fc.oneof(
      fc.array(fc.nat(400), { maxLength: 60 }).map((offsets) => ({ add: offsets })),
      fc.constantFrom<"follow" | "readBack">("follow", "readBack"),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const log = steps.reduce<RoomLog>((before, now) => {
          if (now === "follow") return follow(before);
          if (now === "readBack") return readBack(before);
          return append(before, now.add.map(message));
        }, EMPTY_LOG);
        for (const list of [log.shown, log.tail]) {
          assert.deepEqual(
            list.map(({ timeMs }) => timeMs),
            list.map(({ timeMs }) => timeMs).toSorted((one, other) => one - other),
          );
          assert.equal(new Set(keys(list)).size, list.length);
        }
      }),
    );
  });

  it("gather notices of one kind in one line, each name once", () => {
    const notice = (key: string, name: string): NoticeEntry => {
      return { kind: "notice", key, timeMs: 0, change: "joined", names: [name] };
    };
    const log = ["Ann", "Bob", "Ann"].reduce(
      (before, name, index) => appendNotice(before, notice(`n${index}`, name)),
      EMPTY_LOG,
    );
    assert.deepEqual(
      log.shown.map((entry) => entry.kind === "notice" && entry.names),
      [["Bob", "Ann"]],
    );
  });
});
