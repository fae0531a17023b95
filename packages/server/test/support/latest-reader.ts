import assert from "node:assert/strict";
import type { MessagePush } from "@tidewire/protocol";
import type { Wishes } from "../../src/core/delivery.ts";
import type { Session } from "../../src/core/session.ts";
import type { CoreWorld } from "./core-world.ts";
import { FakeOutbox } from "./fake-outbox.ts";

/** The longest that a value is late for its rate. */
const STEP_MS = 100;

/** One value as it was put into an outbox. */
interface Sent {
  readonly key: string;
  readonly value: number;
  readonly atMs: number;
  /** It is one of those that a subscription begins with. */
  readonly isFirst: boolean;
}

/** A client of a channel that delivers the latest, which objects to an older value after a newer one, and to a repeat. */
export class LatestReader {
  readonly #world: CoreWorld;
  readonly #channel: string;
  readonly #limitBytes: number;
  readonly #encoding: FakeOutbox["encoding"];
  outbox: FakeOutbox;
  session: Session;
  isSubscribed = false;
  /** The newest value of each key that it has read. */
  readonly values = new Map<string, number>();
  /** What was put into the outbox since the rate is the present one. */
  #sent: Sent[] = [];
  /** The rate that the server says is in force. */
  maxRate = 0;
  #isStarting = true;
  #hasMoved = false;

  constructor(world: CoreWorld, channel: string, encoding: FakeOutbox["encoding"], limitBytes: number) {
    this.#world = world;
    this.#channel = channel;
    this.#encoding = encoding;
    this.#limitBytes = limitBytes;
    this.outbox = this.#makeOutbox();
    this.session = world.connect(this.outbox);
  }

  async subscribe(wishes: Wishes | null): Promise<void> {
    this.values.clear();
    this.#sent = [];
    this.#isStarting = true;
    this.#hasMoved = false;
    this.#world.subscribing.subscribe(this.session, this.#channel, undefined, null, wishes);
    await this.#world.settle();
    this.#isStarting = false;
    this.isSubscribed = true;
  }

  unsubscribe(): void {
    this.read();
    this.#world.subscribing.unsubscribe(this.session, this.#channel, null, null);
    this.outbox.drain();
    this.isSubscribed = false;
  }

  /** The socket takes everything, and the client reads it. */
  drain(): void {
    this.read();
    this.#world.catchUp.drained(this.session);
  }

  read(): void {
    for (const push of this.outbox.drain()) {
      if ("maxRate" in push) this.maxRate = push.maxRate ?? 0;
      if (push.type !== "message") continue;
      const key = push.key ?? "";
      const value = Number(push.data);
      const before = this.values.get(key);
      assert.ok(before === undefined || value > before, `${key}: ${value} comes after ${before}`);
      this.values.set(key, value);
    }
  }

  /**
   * Looks whether values came faster than the rate, and begins to look anew.
   *
   * A value may be late by a step. One that a subscription begins with, or goes on with at another rate, or for which there was no room before, comes
   * as late as it likes, which is just before the next one at the latest: so with these there may be one value more.
   */
  checkRate(): void {
    const isSteady = this.#limitBytes === Infinity && !this.#hasMoved;
    this.#check(this.#sent, 1);
    if (isSteady)
      this.#check(
        this.#sent.filter(({ isFirst }) => !isFirst),
        0,
      );
    this.#sent = [];
  }

  #check(sent: readonly Sent[], more: number): void {
    const times = new Map<string, number[]>();
    for (const { key, atMs } of sent) times.set(key, [...(times.get(key) ?? []), atMs]);
    for (const [key, atMs] of times) {
      for (const [index, fromMs] of atMs.entries()) {
        for (const [ahead, toMs] of atMs.slice(index).entries()) {
          const leastMs = ((ahead - more) * 1000) / this.maxRate - STEP_MS;
          const what = `${key}: ${ahead + 1} values in ${toMs - fromMs} ms`;
          assert.ok(toMs - fromMs >= leastMs - 1e-3, `${what} at ${this.maxRate} per second`);
        }
      }
    }
  }

  /** Its rate changes from now on. */
  move(): void {
    this.read();
    this.checkRate();
    this.#hasMoved = true;
  }

  #makeOutbox(): FakeOutbox {
    const outbox = new FakeOutbox(this.#encoding, this.#limitBytes, this.#limitBytes);
    const write = outbox.write.bind(outbox);
    outbox.write = (bytes) => {
      for (const line of Buffer.from(bytes).toString().split("\n")) this.#note(line);
      write(bytes);
    };
    return outbox;
  }

  #note(line: string): void {
    if (!line.startsWith('{"type":"message"')) return;
    const { key = "", data }: Pick<MessagePush, "key" | "data"> = JSON.parse(line);
    const atMs = this.#world.clock.nowMs();
    this.#sent.push({ key, value: Number(data), atMs, isFirst: this.#isStarting });
  }
}
