import assert from "node:assert/strict";
import type { Position, Push } from "@tidewire/protocol";
import type { HistoryOptions } from "../../src/config/channel-options.ts";
import type { Session } from "../../src/core/session.ts";
import type { CoreWorld } from "./core-world.ts";
import type { FakeOutbox } from "./fake-outbox.ts";

/**
 * A client that keeps its position by the rules of the protocol, and objects to whatever breaks the promises.
 *
 * Between its position and the next thing it hears of there may be nothing but messages that are not for it: every other
 * offset must come, or be named by a gap, and a gap may name only what the stream has really lost.
 */
export class ModelReader {
  readonly #world: CoreWorld;
  readonly #channel: string;
  readonly #history: HistoryOptions;
  readonly #makeOutbox: () => FakeOutbox;
  session: Session;
  outbox: FakeOutbox;
  position: Position | null = null;
  /** Frames of subscriptions that were ended are nobody's: so many `unsubscribed` are still to come. */
  #leaving = 0;
  #isSubscribed = false;
  readonly seen: Push[] = [];

  constructor(world: CoreWorld, channel: string, history: HistoryOptions, makeOutbox: () => FakeOutbox) {
    this.#world = world;
    this.#channel = channel;
    this.#history = history;
    this.#makeOutbox = makeOutbox;
    this.outbox = makeOutbox();
    this.session = this.#connect(null);
  }

  /** Comes back on a new transport, with its session or without. What was on its way to the old one is lost. */
  reconnect(keepsSession: boolean): void {
    const old = this.outbox;
    if (!keepsSession) this.#world.sessions.detach(this.session, old, 1006);
    this.outbox = this.#makeOutbox();
    this.#leaving = 0;
    this.#isSubscribed = false;
    const before = this.session;
    this.session = this.#connect(keepsSession ? before.id : null);
    if (keepsSession) {
      assert.equal(this.session, before, "the session goes on");
      assert.equal(old.closed?.code, 4409, "the older transport is closed");
    }
  }

  /** Ends the subscription and begins another one where it is. */
  resubscribe(): void {
    const { subscribing } = this.#world;
    const refusal = subscribing.unsubscribe(this.session, this.#channel, null, null);
    assert.equal(refusal, null);
    this.#leaving += 1;
    this.#isSubscribed = false;
    subscribing.subscribe(this.session, this.#channel, this.position ?? undefined, null);
  }

  /** Reads all that waits, and lets the server know that there is room. */
  drain(): void {
    for (const push of this.outbox.drain()) this.#hear(push);
    this.#world.catchUp.drained(this.session);
  }

  get isLive(): boolean {
    return this.session.subscriptions.get(this.#channel)?.live === true;
  }

  #connect(sessionId: string | null): Session {
    const since = this.position ?? undefined;
    const subscriptions = [{ channel: this.#channel, since }];
    return this.#world.connect(this.outbox, { sessionId, subscriptions });
  }

  #hear(push: Push): void {
    this.seen.push(push);
    if (push.type === "unsubscribed") this.#leaving -= 1;
    if (this.#leaving > 0 || !("channel" in push)) return;
    if (push.type === "subscribed") {
      assert.equal(this.#isSubscribed, false, "subscribed comes once");
      this.#isSubscribed = true;
      this.position ??= positionOf(push);
    } else if (push.type === "message") {
      this.#hearMessage(positionOf(push));
    } else if (push.type === "gap") {
      this.#hearGap(push);
    } else if (push.type === "position") {
      this.#onlyForOthersBefore(push.offset + 1);
      this.position = positionOf(push);
    } else {
      assert.equal(push.type, "unsubscribed", `unexpected: ${JSON.stringify(push)}`);
    }
  }

  #hearMessage(at: Position): void {
    this.#onlyForOthersBefore(at.offset);
    const message = this.#world.streams.messageAt(this.#channel, at.offset);
    assert.notEqual(message?.exclude, this.session.connection, `${at.offset} is not for this one`);
    this.position = at;
  }

  #hearGap(gap: Extract<Push, { type: "gap" }>): void {
    const { from, to } = gap;
    assert.ok(from !== null && to !== null && from <= to, `a gap has a range: ${JSON.stringify(gap)}`);
    this.#onlyForOthersBefore(from);
    const earliest = this.#world.streams.earliestOf(this.#channel, this.#history);
    assert.ok(to < earliest, `a gap up to ${to}, while everything from ${earliest} on is stored`);
    assert.ok(["expired", "purged", "limit"].includes(gap.reason));
    this.position = { epoch: gap.epoch, offset: to };
  }

  /** Everything between the position and `offset` must have been for others. */
  #onlyForOthersBefore(offset: number): void {
    assert.ok(this.#isSubscribed, "subscribed comes before everything else");
    const position = this.position?.offset ?? 0;
    assert.ok(offset > position, `${offset} after ${position}: a repeat, or out of order`);
    for (let skipped = position + 1; skipped < offset; skipped += 1) {
      const message = this.#world.streams.messageAt(this.#channel, skipped);
      assert.equal(message?.exclude, this.session.connection, `${skipped} was lost without a word`);
    }
  }
}

function positionOf(push: { readonly epoch?: string; readonly offset?: number }): Position {
  const { epoch, offset } = push;
  assert.ok(epoch !== undefined && offset !== undefined, "what has an offset has an epoch, too");
  return { epoch, offset };
}
