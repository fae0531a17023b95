import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { TimerWheel } from "../../src/base/timer-wheel.ts";
import { NOBODY_LISTENS } from "../../src/core/happenings.ts";
import type { Member, Push } from "../../src/core/push.ts";
import { Roster } from "../../src/core/roster.ts";
import type { Ticks } from "../../src/core/ticks.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { lineEncoding } from "../support/fake-outbox.ts";

const ENCODING = lineEncoding();

interface Room {
  readonly roster: Roster;
  /** Moves the clock, and gives how often the roster said since then that there will be news. */
  readonly pass: (ms: number) => number;
}

/** A roster that lists up to so many members. */
function room(listed = 1000): Room {
  const clock = new FakeClock();
  const wheel = new TimerWheel({ tickMs: 100, slots: 64, clock });
  let due = 0;
  const newsDue = (): void => void (due += 1);
  const ticks: Ticks = {
    nowMs: () => clock.nowMs(),
    schedule: (entry, delayMs) => wheel.schedule(entry, delayMs),
    cancel: (entry) => wheel.cancel(entry),
  };
  const roster = new Roster("room", listed, { happenings: NOBODY_LISTENS, ticks, newsDue });
  const pass = (ms: number): number => {
    clock.advance(ms);
    wheel.advance();
    const since = due;
    due = 0;
    return since;
  };
  return { roster, pass };
}

function member(connection: string, infoJson: string | null = null): Member {
  return { user: null, connection, infoJson };
}

function names(members: readonly Member[]): readonly string[] {
  return members.map(({ connection }) => connection);
}

/** News in short: `+a` for who came, `-a` for who left, `=a b` for everybody, `5: a b` for some of five. */
function told(push: Push | null): readonly string[] {
  if (push?.kind === "join") return names(push.members).map((name) => `+${name}`);
  if (push?.kind === "leave") return names(push.members).map((name) => `-${name}`);
  if (push?.kind !== "presence") return [];
  const list = names(push.members).join(" ");
  return [push.count === null ? `=${list}` : `${push.count}: ${list}`];
}

function news(roster: Roster): readonly string[] {
  const { first, last } = roster.takeNews() ?? { first: null, last: null };
  return [...told(first), ...told(last)];
}

function fill(roster: Roster, ...connections: readonly string[]): void {
  for (const connection of connections) roster.join(member(connection));
}

describe("a channel's roster", () => {
  test("who comes and goes within one turn is not announced", () => {
    const { roster } = room();
    roster.join(member("a"));
    roster.leave("a");
    assert.equal(roster.takeNews(), null);
    roster.join(member("b"));
    assert.deepEqual(news(roster), ["+b"]);
    roster.leave("b");
    roster.join(member("b"));
    assert.equal(roster.takeNews(), null, "nobody has to hear of it");
  });

  test("who comes back with another info is announced", () => {
    const { roster } = room();
    roster.join(member("a", '"old"'));
    roster.takeNews();
    roster.leave("a");
    roster.join(member("a", '"new"'));
    const first = roster.takeNews()?.first;
    assert.ok(first?.kind === "join");
    assert.deepEqual(first.members, [member("a", '"new"')]);
  });

  test("joining twice and leaving without having joined change nothing", () => {
    const { roster } = room();
    roster.join(member("a"));
    roster.takeNews();
    roster.join(member("a"));
    roster.leave("x");
    assert.equal(roster.takeNews(), null);
    assert.equal(roster.size, 1);
  });

  test("the encoded list is shared until somebody comes or goes", () => {
    const { roster } = room();
    roster.join(member("a"));
    const bytes = roster.snapshot(ENCODING);
    assert.ok(roster.snapshot(ENCODING) === bytes);
    assert.ok(roster.snapshot(lineEncoding()) !== bytes, "another encoding has its own");
    roster.join(member("b"));
    assert.ok(roster.snapshot(ENCODING) !== bytes);
  });

  test("who was shown the list in the middle of a turn is told what happens in the rest of it", () => {
    const { roster } = room();
    roster.join(member("a"));
    assert.deepEqual(names(roster.show().members), ["a"]);
    roster.leave("a");
    assert.deepEqual(news(roster), ["-a"], "or it would stay in that list for ever");
  });

  test("is read in pages that neither repeat nor leave out anybody who stays", () => {
    const { roster } = room();
    fill(roster, "a", "b", "c", "d", "e");
    const first = roster.page(0, 2);
    assert.deepEqual(names(first), ["a", "b"]);
    roster.leave("a");
    roster.leave("b");
    fill(roster, "f");
    const rest = roster.page(first.at(-1)?.place ?? 0, 100);
    assert.deepEqual(names(rest), ["c", "d", "e", "f"]);
  });
});

describe("the roster of a large room", () => {
  test("tells everybody anew in the turn in which the room grows too large", () => {
    const { roster } = room(2);
    fill(roster, "a", "b");
    assert.deepEqual(news(roster), ["+a", "+b"]);
    fill(roster, "c");
    roster.leave("a");
    assert.deepEqual(news(roster), ["2: b c"]);
    assert.deepEqual(news(roster), []);
  });

  test("tells how many there are at most once a second, and only after somebody came or left", () => {
    const { roster, pass } = room(2);
    fill(roster, "a", "b", "c");
    roster.takeNews();
    assert.equal(pass(5000), 0);
    for (const name of ["d", "e", "f"]) {
      fill(roster, name);
      assert.deepEqual(news(roster), []);
    }
    assert.equal(pass(900), 0);
    assert.equal(pass(200), 1);
    assert.deepEqual(news(roster), ["6: a b c d e f"]);
    assert.equal(pass(5000), 0);
  });

  test("is told the more slowly the larger it is: 5000 frames a second are enough", () => {
    const { roster, pass } = room(2);
    for (let index = 0; index < 20_000; index += 1) roster.join(member(`m${index}`));
    roster.takeNews();
    roster.leave("m5");
    roster.takeNews();
    assert.equal(pass(3900), 0);
    assert.equal(pass(200), 1);
    const [text = ""] = news(roster);
    assert.match(text, /^19999: m0 m1 m2 m3 m4 m6 /);
    assert.equal(text.split(" ").length, 1 + 20, "a sample of those who have been there longest");
  });

  test("is told one by one again when a quarter of its places is free, and not before", () => {
    const { roster, pass } = room(4);
    fill(roster, "a", "b", "c", "d", "e");
    assert.deepEqual(news(roster), ["5: a b c d e"]);
    roster.leave("a");
    roster.takeNews();
    pass(1100);
    assert.deepEqual(news(roster), ["4: b c d e"]);
    roster.leave("b");
    assert.deepEqual(news(roster), []);
    pass(1100);
    assert.deepEqual(news(roster), ["=c d e"]);
    roster.leave("c");
    fill(roster, "f");
    assert.deepEqual(news(roster), ["+f", "-c"]);
  });

  test("shows the count to whoever asks, exact at that moment", () => {
    const { roster } = room(1);
    fill(roster, "a", "b");
    assert.deepEqual(roster.show().count, 2);
    fill(roster, "c");
    assert.match(snapshotText(roster), /"count":3/);
    roster.leave("c");
    assert.match(snapshotText(roster), /"count":2/);
  });

  test("becomes small or large at once when the rule changes", () => {
    const { roster } = room(2);
    fill(roster, "a", "b", "c");
    roster.takeNews();
    roster.list(3);
    assert.deepEqual(news(roster), ["=a b c"]);
    fill(roster, "d");
    roster.leave("d");
    assert.deepEqual(news(roster), ["3: a b c"]);
    roster.list(1);
    assert.deepEqual(news(roster), []);
  });

  test("of a rule that lists nobody, is large as soon as somebody is there", () => {
    const { roster } = room(0);
    fill(roster, "a");
    assert.deepEqual(news(roster), ["1: a"]);
  });
});

function snapshotText(roster: Roster): string {
  return Buffer.from(roster.snapshot(ENCODING)).toString();
}

/** Somebody who follows what is told: the members of a small room, the count of a large one. */
class Follower {
  #members = new Set<string>();
  #count: number | null = null;

  hear(push: Push | null): void {
    if (push?.kind === "presence") {
      this.#members = new Set(names(push.members));
      this.#count = push.count;
    } else if (push?.kind === "join" || push?.kind === "leave") {
      assert.equal(this.#count, null, "nobody comes or goes singly in a large room");
      for (const name of names(push.members)) {
        if (push.kind === "join") this.#members.add(name);
        else this.#members.delete(name);
      }
    }
  }

  get shows(): string {
    return this.#count === null ? [...this.#members].toSorted().join(" ") : `${this.#count}`;
  }
}

describe("whoever follows what a roster tells", () => {
  const step = fc.record({
    does: fc.constantFrom(
      "join",
      "join",
      "join",
      "leave",
      "leave",
      "enter",
      "endTurn",
      "endTurn",
      "pass",
      "list",
    ),
    who: fc.nat(9),
  });

  test("knows who is there in a small room, and how many in a large one, after each time it was due", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const { roster, pass } = room(4);
        const followers: Follower[] = [];
        const endTurn = (): void => {
          const given = roster.takeNews();
          for (const follower of followers) {
            follower.hear(given?.first ?? null);
            follower.hear(given?.last ?? null);
          }
        };
        const check = (): void => {
          const { members, count } = roster.show();
          const expected = count === null ? names(members).toSorted().join(" ") : `${roster.size}`;
          for (const { shows } of followers) assert.equal(shows, expected);
        };
        for (const { does, who } of steps) {
          if (does === "join") roster.join(member(`m${who}`));
          else if (does === "leave") roster.leave(`m${who}`);
          else if (does === "list") roster.list(who);
          else if (does === "pass") pass(1100);
          else if (does === "enter") {
            const follower = new Follower();
            follower.hear({ kind: "presence", request: null, channel: "room", ...roster.show() });
            followers.push(follower);
          } else {
            endTurn();
            if (roster.show().count === null) check();
          }
        }
        endTurn();
        pass(1100);
        endTurn();
        check();
      }),
      { numRuns: 500 },
    );
  });
});
