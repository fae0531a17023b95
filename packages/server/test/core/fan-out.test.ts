import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { TimerWheel } from "../../src/base/timer-wheel.ts";
import { FanOut } from "../../src/core/fan-out.ts";
import type { Message } from "../../src/core/message.ts";
import { Tally } from "../../src/core/tally.ts";
import { type Subscriber, Subscription } from "../../src/core/subscription.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeOutbox, lineEncoding } from "../support/fake-outbox.ts";

const ENCODING = lineEncoding();
const ANY_SIZE = 1_000_000;

/** A group of subscribers to a channel, and what each of them should have received. */
class Group {
  readonly #stored: boolean;
  readonly tally = new Tally();
  readonly fanOut: FanOut;
  readonly members: Member[] = [];
  readonly behind: Subscription[] = [];
  head = 0;

  readonly clock = new FakeClock();
  readonly pass: (ms: number) => void;

  constructor(stored: boolean, windowMs = 0) {
    this.#stored = stored;
    const behind = (one: Subscription): void => void this.behind.push(one);
    const { tally } = this;
    const head = { epoch: "k3", offset: 0 };
    const ticks = new TimerWheel({ tickMs: 10, slots: 64, clock: this.clock });
    const times = {
      nowMs: () => this.clock.nowMs(),
      schedule: ticks.schedule.bind(ticks),
      cancel: ticks.cancel.bind(ticks),
    };
    const gather = (): void => this.endTurn();
    const known = { name: "news", head, isStored: stored, tally, ticks: times };
    const host = { ...known, gather, catchUp: behind, fellBehind: behind };
    const delivery = { mode: "all", windowMs, budget: null, maxRate: null } as const;
    this.fanOut = new FanOut(delivery, ENCODING, FanOut.ring(100, ANY_SIZE), host);
    this.pass = (ms) => {
      this.clock.advance(ms);
      ticks.advance();
    };
  }

  join(limitBytes = Infinity): Member {
    const member = new Member(`c${this.members.length}`, this.fanOut, this.head, limitBytes);
    this.members.push(member);
    return member;
  }

  publish(exclude: Member | null = null): void {
    this.head += 1;
    const connection = exclude?.connection ?? null;
    this.fanOut.gather(message(this.#stored ? this.head : null, this.head, connection), this.head);
    for (const member of this.members) {
      if (member !== exclude && member.subscription.live) member.expected.push(this.head);
    }
  }

  endTurn(): void {
    this.fanOut.flush();
  }
}

class Member implements Subscriber {
  readonly connection: string;
  readonly member = { user: null, connection: "", infoJson: null };
  readonly outbox: FakeOutbox;
  readonly subscriptions: ReadonlyMap<string, Subscription> = new Map();
  behind = null;
  reading = false;
  readonly subscription: Subscription;
  readonly expected: number[] = [];
  readonly seen: number[] = [];
  readonly dropped: number[] = [];

  constructor(connection: string, fanOut: FanOut, cursor: number, limitBytes: number) {
    this.connection = connection;
    this.outbox = new FakeOutbox(ENCODING, limitBytes);
    this.subscription = new Subscription(this, "news", null, true);
    this.subscription.offset = cursor;
    this.subscription.live = true;
    fanOut.add(this.subscription);
  }

  push(): void {}

  read(): readonly number[] {
    for (const push of this.outbox.drain()) {
      assert.equal(push.type, "message");
      if (push.type !== "message") continue;
      this.seen.push(Number(push.data));
      if (push.dropped !== undefined) this.dropped.push(push.dropped);
    }
    return this.seen;
  }
}

function message(offset: number | null, number: number, exclude: string | null): Message {
  const epoch = offset === null ? null : "k3";
  const from = { kind: "api" } as const;
  const rest = { id: `m${number}`, timeMs: 1, from, key: null, priority: null, dataJson: String(number) };
  return { channel: "news", epoch, offset, exclude, ...rest };
}

describe("those who get every message of a channel, in one encoding", () => {
  test("all get the very same bytes, and their cursors move together", () => {
    const group = new Group(true);
    const written: Uint8Array[] = [];
    for (const member of [group.join(), group.join(), group.join()]) {
      member.outbox.write = (bytes) => void written.push(bytes);
    }
    for (let turn = 0; turn < 3; turn += 1) {
      group.publish();
      group.publish();
      group.endTurn();
    }
    assert.equal(written.length, 9, "one write for each subscriber and turn");
    assert.equal(new Set(written).size, 3, "one piece of bytes for each turn");
    assert.deepEqual(
      group.members.map((member) => member.subscription.offset),
      [6, 6, 6],
    );
  });

  test("one without room falls behind where it was, and the others go on", () => {
    const group = new Group(true);
    const slow = group.join(10);
    const quick = group.join();
    for (const _ of [1, 2]) {
      group.publish();
      group.endTurn();
    }
    assert.deepEqual(slow.read(), [1]);
    assert.equal(slow.subscription.offset, 1, "what was not written must not be skipped");
    assert.deepEqual(group.behind, [slow.subscription]);
    assert.deepEqual(quick.read(), [1, 2]);
  });

  test("without history one without room is told how many it lost", () => {
    const group = new Group(false);
    const slow = group.join(10);
    for (const _ of [1, 2, 3]) {
      group.publish();
      group.endTurn();
    }
    assert.deepEqual(slow.read(), [1]);
    group.publish();
    group.endTurn();
    assert.deepEqual(slow.read(), [1, 4]);
    assert.deepEqual(slow.dropped, [2]);
    assert.deepEqual([group.tally.deliveries, group.tally.dropped], [2, 2]);
  });

  test("what was missed turns everybody to the stream, from where each one is", () => {
    const group = new Group(true);
    const members = [group.join(), group.join()];
    group.publish();
    group.endTurn();
    group.fanOut.missed();
    assert.deepEqual(
      members.map(({ subscription }) => [subscription.live, subscription.offset]),
      [
        [false, 1],
        [false, 1],
      ],
    );
    group.publish();
    group.endTurn();
    assert.deepEqual(members[0]?.read(), [1], "who is behind gets nothing from the hub");
  });

  test("each gets every message that is not excluded, whoever comes and goes", () => {
    const member = fc.nat(20);
    const steps = fc.array(
      fc.oneof(
        {
          weight: 5,
          arbitrary: fc.record({ does: fc.constant("publish" as const), exclude: fc.option(member) }),
        },
        { weight: 4, arbitrary: fc.constant({ does: "endTurn" as const }) },
        { weight: 2, arbitrary: fc.constant({ does: "join" as const }) },
        { weight: 2, arbitrary: fc.record({ does: fc.constant("leave" as const), member }) },
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, fc.boolean(), (script, stored) => {
        const group = new Group(stored);
        const pick = (number: number): Member | undefined => group.members[number % group.members.length];
        for (const step of script) {
          if (step.does === "publish") {
            group.publish(step.exclude === null ? null : (pick(step.exclude) ?? null));
          } else if (step.does === "endTurn") {
            group.endTurn();
          } else {
            // Who joins and leaves does so between turns: Channel sees to that.
            group.endTurn();
            const leaving = step.does === "leave" ? pick(step.member) : undefined;
            if (step.does === "join") group.join();
            else if (leaving?.subscription.live === true) {
              group.fanOut.remove(leaving.subscription);
              leaving.subscription.live = false;
              assert.equal(leaving.subscription.offset, group.head, "it leaves with the cursor it had");
            }
          }
        }
        group.endTurn();
        for (const one of group.members) assert.deepEqual(one.read(), one.expected);
        const received = group.members.reduce((sum, one) => sum + one.seen.length, 0);
        assert.equal(group.tally.deliveries, received, "the figures say what arrived");
      }),
      { numRuns: 300 },
    );
  });
});

describe("those who get every message of a channel with a window", () => {
  const WINDOW_MS = 200;

  test("get a first message at once, and what comes within the window in one piece at its end", () => {
    const group = new Group(true, WINDOW_MS);
    const member = group.join();
    group.publish();
    group.endTurn();
    assert.deepEqual(member.read(), [1]);
    for (let turn = 0; turn < 3; turn += 1) {
      group.publish();
      group.endTurn();
      group.pass(50);
    }
    assert.deepEqual(member.read(), [1], "the window is not over");
    const { outbox } = member;
    const write = outbox.write.bind(outbox);
    let writes = 0;
    outbox.write = (bytes) => {
      writes += 1;
      write(bytes);
    };
    group.pass(50);
    assert.deepEqual([member.read(), writes], [[1, 2, 3, 4], 1]);
    group.pass(WINDOW_MS);
    group.publish();
    group.endTurn();
    assert.deepEqual(member.read(), [1, 2, 3, 4, 5], "after a quiet window there is nothing to wait for");
  });

  test("whoever joins in the middle of a window gets only what comes after", () => {
    const group = new Group(true, WINDOW_MS);
    group.join();
    for (let turn = 0; turn < 2; turn += 1) {
      group.publish();
      group.endTurn();
    }
    const late = group.join();
    group.publish();
    group.endTurn();
    group.pass(WINDOW_MS);
    assert.deepEqual(late.read(), [3]);
  });

  test("whoever goes over to another group takes along what waits, where it cannot be read later", () => {
    const group = new Group(false, WINDOW_MS);
    const member = group.join();
    for (let turn = 0; turn < 2; turn += 1) {
      group.publish();
      group.endTurn();
    }
    group.fanOut.handOver(member.subscription);
    assert.deepEqual(member.read(), [1, 2]);
  });

  test("when messages were missed, what waits for the window's end is read from the stream", () => {
    const group = new Group(true, WINDOW_MS);
    const member = group.join();
    for (let turn = 0; turn < 2; turn += 1) {
      group.publish();
      group.endTurn();
    }
    group.fanOut.missed();
    group.pass(WINDOW_MS);
    assert.deepEqual([member.read(), member.subscription.offset], [[1], 1]);
    assert.deepEqual(group.behind, [member.subscription]);
  });
});
