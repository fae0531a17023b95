import type { PublishedPush, Push } from "@tidewire/protocol";
import { type Bounds, type Ending, promiseWithin } from "./ending.ts";
import { TidewireError } from "./error.ts";
import { randomMessageId } from "./message-id.ts";
import { fullness, type Requests, settle, textOf } from "./requests.ts";
import type { PublishOptions } from "./subscription.ts";
import type { StoredPublish, Vault } from "./vault.ts";

/** What the outbox needs of the client. */
export interface OutboxPorts {
  readonly now: () => number;
  readonly startTimer: (delayMs: number, callback: () => void) => () => void;
  /** Calls back after a growing, random delay, on top of what the refusal asks for. */
  readonly retryLater: (attempt: number, refusal: TidewireError, callback: () => void) => void;
  /** A publish of an earlier page came to nothing: its own promise is gone with that page. */
  readonly report: (error: TidewireError) => void;
}

/** The bounds of an outbox. */
export interface OutboxLimits {
  /** The most publishes that wait; one more is refused with `outbox_full`. */
  readonly maxPending: number;
  /** A publish that has waited this long is refused with `outbox_expired`. */
  readonly outboxTtlMs: number;
}

/** A publish without an answer. */
interface Item {
  readonly stored: StoredPublish;
  readonly ending: Ending<PublishedPush>;
  /** Made by an earlier page: nobody here waits for it. */
  readonly isRestored: boolean;
  /** false: a refusal for now is not waited out. */
  readonly retry: boolean | undefined;
  isSent: boolean;
}

/** The publishes to one channel, in their order. */
interface Lane {
  readonly items: Item[];
  /** Whether what waits is sent one by one, each after the answer to the one before. */
  isDraining: boolean;
  /** Whether a refusal for now is waited out. */
  isPaused: boolean;
  refusals: number;
}

/**
 * What was published and is not stored yet, in order, channel by channel.
 *
 * While connected, publishes go out at once. What had to wait, and what comes after it in its channel, goes one by one:
 * a repeat or a refusal can then never be overtaken. A refusal for now is tried again with growing delays; one for good
 * ends that publish and the next one goes on.
 */
export class Outbox {
  readonly #requests: Requests;
  readonly #limits: OutboxLimits;
  readonly #ports: OutboxPorts;
  readonly #lanes = new Map<string, Lane>();
  /** Keeps what waits, where a client has `persist`. */
  vault: Vault | undefined;
  /** What everything is refused with while the client is stopped. */
  refusal: TidewireError | undefined;
  #size = 0;
  #isConnected = false;
  #lastCreatedAtMs = 0;

  constructor(requests: Requests, limits: OutboxLimits, ports: OutboxPorts) {
    this.#requests = requests;
    this.#limits = limits;
    this.#ports = ports;
  }

  /**
   * Sends a message now, or when there is a connection. Its payload is taken down at once.
   *
   * Rejects with the signal's reason when it aborts: what was not sent never will be.
   */
  publish(channel: string, data: unknown, options: PublishOptions = {}): Promise<PublishedPush> {
    // `retry` goes along: the server passes over what it does not know.
    const { signal: _signal, ...more } = options;
    const { messageId = randomMessageId() } = more;
    const text = textOf(channel, { type: "publish", channel, data, ...more, messageId });
    const refusal = this.refusal ?? fullness(this.#size, this.#limits.maxPending, channel);
    if (refusal) return Promise.reject(refusal);
    if (text instanceof TidewireError) return Promise.reject(text);
    const stored = { channel, messageId, text, createdAtMs: this.#nextTimeMs() };
    return this.#promise(stored, options, false, (lane, item) => {
      this.vault?.save(stored);
      lane.items.push(item);
      if (this.#isConnected && !lane.isDraining) this.#send(lane, item);
      else this.#drain(lane);
    });
  }

  /** The connection stands: sends what waits. */
  connected(): void {
    this.#isConnected = true;
    this.drain();
  }

  /** The connection is gone, and with it every answer that was still to come. */
  disconnected(): void {
    this.#isConnected = false;
    for (const item of this.items) item.isSent = false;
  }

  /** Fails everything that waits. A vault keeps it, for the next time this user is here. */
  failAll(error: TidewireError): void {
    for (const { ending, isRestored } of this.forget(() => true)) {
      if (!isRestored) ending.rejectQuietly(error);
    }
  }

  /** From now on what waits goes one by one. */
  drain(): void {
    for (const lane of this.#lanes.values()) {
      lane.isDraining = true;
      this.#drain(lane);
    }
  }

  /** Puts what an earlier page left before what this page has published. */
  restore(stored: StoredPublish): void {
    const add = (lane: Lane, item: Item): void => void lane.items.unshift(item);
    this.#promise(stored, {}, true, add).catch((error: unknown) => {
      if (error instanceof TidewireError) this.#ports.report(error);
    });
  }

  /** What waits. */
  get items(): readonly Item[] {
    return [...this.#lanes.values()].flatMap(({ items }) => items);
  }

  /** Takes items out, and leaves their promises and the vault as they are. */
  forget(isMeant: (item: Item) => boolean): readonly Item[] {
    const { vault } = this;
    this.vault = undefined;
    const meant = this.items.filter(isMeant);
    for (const item of meant) this.#take(item);
    this.vault = vault;
    return meant;
  }

  #send(lane: Lane, item: Item): void {
    item.isSent = true;
    const { channel, text } = item.stored;
    this.#requests.post(text, {
      channel,
      lifetime: "connection",
      answered: (push) => this.#answered(lane, item, push),
      failed: (error) => this.#refused(lane, item, error),
    });
  }

  #answered(lane: Lane, item: Item, push: Push): void {
    lane.refusals = 0;
    if (this.#take(item)) settle(item.ending, push, placeOf);
    this.#drain(lane);
  }

  #refused(lane: Lane, item: Item, error: TidewireError): void {
    if (!error.retryable || item.retry === false) {
      if (this.#take(item)) item.ending.reject(error);
    } else {
      item.isSent = false;
      lane.isDraining = true;
      lane.isPaused = true;
      this.#ports.retryLater(lane.refusals, error, () => {
        lane.isPaused = false;
        this.#drain(lane);
      });
      lane.refusals += 1;
    }
    this.#drain(lane);
  }

  /** Sends the next publish of a lane that is drained, when the one before is answered. */
  #drain(lane: Lane): void {
    const [first] = lane.items;
    const isReady = this.#isConnected && lane.isDraining && !lane.isPaused;
    if (isReady && first && !lane.items.some(({ isSent }) => isSent)) this.#send(lane, first);
  }

  #laneOf(channel: string): Lane {
    let lane = this.#lanes.get(channel);
    if (!lane) {
      lane = { items: [], isDraining: false, isPaused: false, refusals: 0 };
      this.#lanes.set(channel, lane);
    }
    return lane;
  }

  #promise(
    stored: StoredPublish,
    { signal, retry }: PublishOptions,
    isRestored: boolean,
    add: (lane: Lane, item: Item) => void,
  ): Promise<PublishedPush> {
    const { channel, createdAtMs } = stored;
    const message = "The publish waited too long.";
    let drop = (): void => {};
    const bounds: Bounds = {
      startTimer: this.#ports.startTimer,
      timeoutMs: Math.max(0, createdAtMs + this.#limits.outboxTtlMs - this.#ports.now()),
      timeoutError: () => new TidewireError("outbox_expired", message, { channel }),
      signal,
      givenUp: () => drop(),
    };
    return promiseWithin(bounds, (ending) => {
      const lane = this.#laneOf(channel);
      const item = { stored, ending, isRestored, retry, isSent: false };
      drop = () => {
        this.#take(item);
        this.#drain(lane);
      };
      this.#size += 1;
      add(lane, item);
    });
  }

  /** Ends an item, here and in the vault; false when it has ended before. */
  #take(item: Item): boolean {
    const { channel, messageId } = item.stored;
    const lane = this.#lanes.get(channel);
    const index = lane?.items.indexOf(item) ?? -1;
    if (!lane || index < 0) return false;
    lane.items.splice(index, 1);
    if (lane.items.length === 0) this.#lanes.delete(channel);
    this.#size -= 1;
    item.ending.release();
    this.vault?.remove(messageId);
    return true;
  }

  /** The time, with a fraction where two publishes would have the same: a vault sorts by it. */
  #nextTimeMs(): number {
    this.#lastCreatedAtMs = Math.max(this.#ports.now(), this.#lastCreatedAtMs + 2 ** -10);
    return this.#lastCreatedAtMs;
  }
}

function placeOf(push: Push): PublishedPush | undefined {
  return push.type === "published" ? push : undefined;
}
