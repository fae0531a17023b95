import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Push } from "@tidewire/protocol";
import { ANONYMOUS } from "../../src/core/identity.ts";
import type { Message, Publisher } from "../../src/core/message.ts";
import type { Session } from "../../src/core/session.ts";
import { CoreWorld, HISTORY } from "../support/core-world.ts";
import { FakeOutbox, lineEncoding } from "../support/fake-outbox.ts";
import { seededRandom } from "../support/seeded-random.ts";

const CHANNEL = "room";
const FRAME_BYTES = 512;
const LIMIT_BYTES = 4 * FRAME_BYTES;
const LOW_WATER_BYTES = 2 * FRAME_BYTES;
const TICK_MS = 100;
const USERS = ["ann", "ann", "bob", null, null] as const;

type Step =
  | {
      readonly does: "publish";
      readonly count: number;
      /** A reader, or the backend. */
      readonly by: number | null;
      readonly high: boolean;
      readonly exclude: number | null;
    }
  | { readonly does: "drain" | "reconnect" | "resubscribe"; readonly reader: number }
  | { readonly does: "wait"; readonly ticks: number }
  | { readonly does: "endTurn" | "lose" | "beat" };

const reader = fc.nat(USERS.length - 1);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        does: fc.constant("publish" as const),
        count: fc.integer({ min: 1, max: 12 }),
        by: fc.option(reader),
        high: fc.nat(7).map((number) => number === 0),
        exclude: fc.option(reader, { freq: 3 }),
      }),
    },
    { weight: 5, arbitrary: fc.constant({ does: "endTurn" as const }) },
    {
      weight: 7,
      arbitrary: fc.record({ does: fc.constant("wait" as const), ticks: fc.integer({ min: 1, max: 6 }) }),
    },
    { weight: 6, arbitrary: fc.record({ does: fc.constant("drain" as const), reader }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant("reconnect" as const), reader }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant("resubscribe" as const), reader }) },
    { weight: 1, arbitrary: fc.constant({ does: "lose" as const }) },
    { weight: 1, arbitrary: fc.constant({ does: "beat" as const }) },
  ),
  { minLength: 10, maxLength: 80 },
);

/** One room, and all that was published to it. Message number n has n as its data. */
class Room {
  readonly world: CoreWorld;
  readonly stored: boolean;
  readonly budget: number;
  /** Message number n stands at n - 1. */
  readonly published: Message[] = [];
  readonly viewers: readonly Viewer[];

  constructor(stored: boolean, budget: number, limitBytes: number) {
    this.stored = stored;
    this.budget = budget;
    const history = stored ? HISTORY : null;
    this.world = new CoreWorld(() => ({ history, deliver: "budget", budget }));
    const { catchUp } = this.world;
    const add = catchUp.add.bind(catchUp);
    catchUp.add = (subscription) => {
      this.viewers.find(({ session }) => session === subscription.session)?.fallsBehind();
      add(subscription);
    };
    this.world.random = seededRandom(budget * 7 + 1);
    const shared = lineEncoding(FRAME_BYTES);
    const other = lineEncoding(FRAME_BYTES);
    this.viewers = USERS.map((user, index) => {
      return new Viewer(this, user, () => new TimedOutbox(this, index < 3 ? shared : other, limitBytes));
    });
  }

  get nowMs(): number {
    return this.world.clock.nowMs();
  }

  get headNumber(): number {
    return this.world.hub.get(CHANNEL)?.head.offset ?? 0;
  }

  async take(step: Step): Promise<void> {
    const { world } = this;
    switch (step.does) {
      case "publish": {
        const by = step.by === null ? null : (this.viewers[step.by] ?? null);
        const exclude =
          step.exclude === null ? null : (this.viewers[step.exclude]?.session.connection ?? null);
        return this.publish(step.count, by, step.high, exclude);
      }
      case "endTurn":
        return world.endTurn();
      case "wait":
        return this.wait(step.ticks);
      case "drain":
        return this.viewers[step.reader]?.drain();
      case "reconnect":
        return this.viewers[step.reader]?.reconnect();
      case "resubscribe":
        return this.viewers[step.reader]?.resubscribe();
      case "beat":
        for (const { session } of this.viewers) world.catchUp.reportTails(session);
        return;
      case "lose":
        // Without a stream nothing can be missed: such a broker hands everything on, or nobody knows.
        if (!this.stored) return;
        world.streams.reports = false;
        await this.publish(2, null, false, null);
        world.streams.reports = true;
    }
  }

  async publish(count: number, by: Viewer | null, high: boolean, exclude: string | null): Promise<void> {
    const from: Publisher =
      by === null ? { kind: "api" } : { kind: "client", user: by.user, connection: by.session.connection };
    for (let index = 0; index < count; index += 1) {
      const number = this.published.length + 1;
      const dataJson = String(number);
      const priority = high ? "high" : null;
      const rest = { id: null, key: null, priority, exclude, from, dataJson } as const;
      this.published.push({ ...rest, channel: CHANNEL, epoch: null, offset: number, id: "", timeMs: 0 });
      await this.world.publishing.publish({ ...rest, channel: CHANNEL, door: "http" });
    }
  }

  async wait(ticks: number): Promise<void> {
    for (let tick = 0; tick < ticks; tick += 1) {
      this.world.clock.advance(TICK_MS);
      this.world.wheel.advance();
      await this.world.settle();
    }
  }

  /** Lets everybody read all there is, then a last message come to all of them. */
  async finish(): Promise<void> {
    for (let round = 0; round < 30; round += 1) {
      for (const viewer of this.viewers) viewer.drain();
      await this.wait(2);
    }
    await this.publish(1, null, true, null);
    for (let round = 0; round < 5; round += 1) {
      await this.wait(2);
      for (const viewer of this.viewers) viewer.drain();
    }
    assert.deepEqual(this.world.reported, [], "nothing failed inside");
  }
}

/** Notes when something was written to it, and where the channel was when a subscription began. */
class TimedOutbox extends FakeOutbox {
  readonly #room: Room;
  readonly atMs: number[] = [];
  beganAt: number[] = [];
  wasOverrun = false;

  constructor(room: Room, encoding: ReturnType<typeof lineEncoding>, limitBytes: number) {
    super(encoding, limitBytes, LOW_WATER_BYTES);
    this.#room = room;
  }

  override write(bytes: Uint8Array): void {
    super.write(bytes);
    this.wasOverrun ||= this.overrun;
    for (const line of Buffer.from(bytes).toString().split("\n")) {
      if (line !== "") this.atMs.push(this.#room.nowMs);
      if (line.startsWith('{"type":"subscribed"')) this.beganAt.push(this.#room.headNumber);
    }
  }
}

/** A viewer who adds up what it hears and what it is told was dropped. */
class Viewer {
  readonly user: string | null;
  readonly #room: Room;
  readonly #makeOutbox: () => TimedOutbox;
  session: Session;
  outbox: TimedOutbox;
  /** Number of the last message heard, or where it began to listen. */
  #told: number | null = null;
  /** The position of a client that keeps to the protocol; null before it has one. */
  #position: number | null = null;
  readonly #ordinaryAtMs: number[] = [];
  readonly #fellBehindAtMs: number[] = [];
  heard = 0;
  dropped = 0;

  constructor(room: Room, user: string | null, makeOutbox: () => TimedOutbox) {
    this.#room = room;
    this.user = user;
    this.#makeOutbox = makeOutbox;
    this.outbox = makeOutbox();
    this.session = this.#connect();
  }

  reconnect(): void {
    this.#room.world.sessions.detach(this.session, this.outbox, 1000);
    this.#begin();
    this.outbox = this.#makeOutbox();
    this.session = this.#connect();
  }

  resubscribe(): void {
    const { subscribing } = this.#room.world;
    if (subscribing.unsubscribe(this.session, CHANNEL, null, null) !== null) return;
    this.drain();
    this.#begin();
    subscribing.subscribe(this.session, CHANNEL, this.#since(), null);
  }

  /** Begins to catch up. */
  fallsBehind(): void {
    this.#fellBehindAtMs.push(this.#room.nowMs);
  }

  /** Reads all that waits, and lets the server know that there is room. */
  drain(): void {
    const times = this.outbox.atMs.splice(0);
    for (const [index, push] of this.outbox.drain().entries()) this.#hear(push, times[index] ?? 0);
    this.#room.world.catchUp.drained(this.session);
  }

  #since() {
    const { stored, world } = this.#room;
    return stored && this.#position !== null
      ? { epoch: world.streams.epoch, offset: this.#position }
      : undefined;
  }

  #connect(): Session {
    const subscriptions = [{ channel: CHANNEL, since: this.#since() }];
    const identity = { ...ANONYMOUS, user: this.user };
    return this.#room.world.connect(this.outbox, { identity, subscriptions });
  }

  /** Another subscription has a rate of its own. Without history whatever was published in between is nothing to it. */
  #begin(): void {
    this.#ordinaryAtMs.length = 0;
    this.#told = this.#room.stored ? this.#position : null;
  }

  #hear(push: Push, atMs: number): void {
    if (push.type === "subscribed") {
      assert.equal(push.deliver, "budget");
      const began = this.outbox.beganAt.shift() ?? 0;
      this.#told ??= began;
      this.#position ??= began;
    }
    if (push.type === "position") {
      assert.equal(this.#expectedBefore(push.offset + 1), 0, `${push.offset} passes what was not told`);
      this.#position = Math.max(this.#position ?? 0, push.offset);
    }
    if (push.type === "message") this.#hearMessage(Number(push.data), push.dropped ?? 0, atMs);
    assert.notEqual(push.type, "gap");
  }

  #hearMessage(number: number, dropped: number, atMs: number): void {
    assert.ok(number > (this.#told ?? 0), `${number} after ${this.#told}: a repeat, or out of order`);
    assert.ok(this.#isFor(number), `${number} is not for this one`);
    assert.equal(dropped, this.#expectedBefore(number), `dropped before ${number}, after ${this.#told}`);
    const lost = this.#mustReachBetween((this.#told ?? 0) + 1, number);
    if (this.#room.stored || !this.outbox.wasOverrun)
      assert.deepEqual(lost, [], "these must never be dropped");
    this.#told = number;
    this.#position = number;
    this.heard += 1;
    this.dropped += dropped;
    if (!this.#mustReach(number)) this.#countOrdinary(atMs);
  }

  /** No second has more than the budget, and as much again for each time that it caught up in it. */
  #countOrdinary(atMs: number): void {
    this.#ordinaryAtMs.push(atMs);
    const inSecond = (time: number): boolean => time > atMs - 1000 && time <= atMs;
    const count = this.#ordinaryAtMs.filter(inSecond).length;
    // One that began before may have ended in it.
    const before = this.#fellBehindAtMs.some((time) => time <= atMs - 1000) ? 1 : 0;
    const catchUps = this.#fellBehindAtMs.filter(inSecond).length + before;
    const allowed = this.#room.budget * (1 + catchUps);
    assert.ok(count <= allowed, `${count} in a second, ${allowed} are allowed`);
  }

  #expectedBefore(number: number): number {
    let expected = 0;
    for (let at = (this.#told ?? 0) + 1; at < number; at += 1) if (this.#isFor(at)) expected += 1;
    return expected;
  }

  #mustReachBetween(first: number, end: number): readonly number[] {
    return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index).filter(
      (number) => this.#isFor(number) && this.#mustReach(number),
    );
  }

  #isFor(number: number): boolean {
    return this.#room.published[number - 1]?.exclude !== this.session.connection;
  }

  #mustReach(number: number): boolean {
    const { priority, from } = this.#room.published[number - 1] ?? {};
    if (priority === "high") return true;
    if (from?.kind !== "client") return false;
    return from.connection === this.session.connection || (from.user !== null && from.user === this.user);
  }

  /** After the last message of all, nothing is left untold. */
  check(): void {
    assert.equal(this.#told, this.#room.published.length);
  }
}

for (const stored of [true, false]) {
  for (const limitBytes of [Infinity, LIMIT_BYTES]) {
    const sockets = limitBytes === Infinity ? "sockets that take all" : "full sockets";
    describe(`a budget, ${stored ? "with" : "without"} history and with ${sockets}, against a model`, () => {
      test("heard and dropped add up, in order, within the rate, and nothing is dropped that must not be", async () => {
        await fc.assert(
          fc.asyncProperty(steps, fc.integer({ min: 1, max: 6 }), async (taken, budget) => {
            const room = new Room(stored, budget, limitBytes);
            for (const step of taken) await room.take(step);
            await room.finish();
            for (const viewer of room.viewers) viewer.check();
          }),
          { numRuns: 60 },
        );
      });
    });
  }
}
