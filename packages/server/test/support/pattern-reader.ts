import assert from "node:assert/strict";
import type { Position, Push, SubscribeSince } from "@tidewire/protocol";
import { compilePattern, isPattern } from "@tidewire/protocol";
import type { Session } from "../../src/core/session.ts";
import type { CoreWorld } from "./core-world.ts";
import type { FakeOutbox } from "./fake-outbox.ts";

/**
 * A client that holds a pattern all the time, and names and other patterns now and then, as docs/protocol.md tells it to.
 *
 * It objects to whatever comes twice or out of order, and keeps what it needs to come back: a position for each channel, and the time of
 * its first pattern.
 */
export class PatternReader {
  readonly #world: CoreWorld;
  readonly #kept: string;
  readonly #makeOutbox: () => FakeOutbox;
  readonly #others = new Set<string>();
  readonly positions = new Map<string, Position>();
  /** Where the kept pattern began; null before it did. */
  timeMs: number | null = null;
  /** The offsets that came, by channel. */
  readonly offsets = new Map<string, number[]>();
  session: Session;
  outbox: FakeOutbox;

  constructor(world: CoreWorld, kept: string, makeOutbox: () => FakeOutbox) {
    this.#world = world;
    this.#kept = kept;
    this.#makeOutbox = makeOutbox;
    this.outbox = makeOutbox();
    this.session = this.#connect();
  }

  /** Whether the kept pattern matches a channel. */
  keeps(channel: string): boolean {
    return compilePattern(this.#kept)(channel);
  }

  /** Subscribes to a name or another pattern, or ends that. */
  toggle(name: string): void {
    const { subscribing } = this.#world;
    if (name === this.#kept) return;
    // Whoever begins anew where it stands must know where that is. What goes on needs no such care.
    while (!this.keeps(name) && this.outbox.pendingBytes > 0) this.drain();
    if (this.#others.delete(name)) {
      subscribing.unsubscribe(this.session, name, null, null);
    } else {
      this.#others.add(name);
      subscribing.subscribe(this.session, name, this.#sinceOf(name), null);
    }
  }

  /** Loses the connection with all that was on its way, and comes back with what it knows. */
  reconnect(): void {
    this.#world.sessions.detach(this.session, this.outbox, 1006);
    this.outbox = this.#makeOutbox();
    this.session = this.#connect();
  }

  /** Reads all that waits, and lets the server know that there is room. */
  drain(): void {
    for (const push of this.outbox.drain()) this.#hear(push);
    this.#world.catchUp.drained(this.session);
  }

  #connect(): Session {
    const names = [...this.#others, this.#kept];
    const subscriptions = names.map((channel) => ({ channel, since: this.#sinceOf(channel) }));
    return this.#world.connect(this.outbox, { subscriptions });
  }

  #sinceOf(name: string): SubscribeSince | undefined {
    if (!isPattern(name)) return this.positions.get(name);
    const positions = Object.fromEntries(this.positions);
    return this.timeMs === null ? undefined : { time: this.timeMs, positions };
  }

  #hear(push: Push): void {
    if (push.type === "subscribed") {
      if (push.channel === this.#kept) this.timeMs ??= push.time ?? null;
      const { channel, epoch, offset } = push;
      if (epoch !== undefined && offset !== undefined && !this.positions.has(channel)) {
        this.positions.set(channel, { epoch, offset });
      }
    } else if (push.type === "message") {
      const { channel, epoch, offset } = push;
      assert.ok(epoch !== undefined && offset !== undefined);
      const before = this.positions.get(channel)?.offset ?? 0;
      assert.ok(offset > before, `${channel}: ${offset} after ${before}`);
      this.positions.set(channel, { epoch, offset });
      const offsets = this.offsets.get(channel) ?? [];
      offsets.push(offset);
      this.offsets.set(channel, offsets);
    } else if (push.type === "position") {
      const before = this.positions.get(push.channel)?.offset ?? 0;
      assert.ok(push.offset >= before, `${push.channel}: a position that goes back`);
      this.positions.set(push.channel, { epoch: push.epoch, offset: push.offset });
    } else {
      assert.ok(["connected", "unsubscribed"].includes(push.type), JSON.stringify(push));
    }
  }
}
