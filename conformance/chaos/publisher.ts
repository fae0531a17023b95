import { setTimeout as wait } from "node:timers/promises";
import type { Acknowledged, PublisherEvidence, Sent } from "./evidence.ts";
import { type Door, type OpenDoor, type Parcel, Refused, type ServerAddress } from "./doors/door.ts";
import type { Random } from "../support/random.ts";

/** How a publisher goes about it. */
export interface PublisherPlan {
  readonly name: string;
  readonly open: OpenDoor;
  readonly channels: readonly [string, ...string[]];
  /** Parcels that may be under way at the same time. */
  readonly window: number;
  /** Messages of a parcel; more than one only where the door names them `KEY:i`. */
  readonly parcelSize: number;
  /** Parcels sent one right after the other. */
  readonly burst: number;
  /** The longest rest between two bursts. */
  readonly restMs: number;
  /** True where the door keeps the order of what is under way, or where nothing else is. */
  readonly keepsOrder: boolean;
}

/** How often a message that was acknowledged is published once more, as if the acknowledgement had been lost. */
const REPEATS = 0.03;
const RETRY_MS = 30;

/**
 * A backend that must not lose a message: what is not acknowledged is published again, with the same id, until it is.
 *
 * After a failure it takes a new connection and begins with the oldest that is not acknowledged, so that the order stays.
 */
export class Publisher implements PublisherEvidence {
  readonly name: string;
  readonly keepsOrder: boolean;
  readonly sent: Sent[] = [];
  readonly acknowledged: Acknowledged[] = [];
  readonly refusals: string[] = [];
  readonly #plan: PublisherPlan;
  readonly #server: ServerAddress;
  readonly #random: Random;
  readonly #unanswered: Map<string, Parcel> = new Map();
  #parcels = 0;
  #stopping = false;
  #wake: () => void = () => {};

  constructor(plan: PublisherPlan, server: ServerAddress, random: Random) {
    this.name = plan.name;
    this.keepsOrder = plan.keepsOrder;
    this.#plan = plan;
    this.#server = server;
    this.#random = random;
  }

  get unanswered(): number {
    return this.#unanswered.size;
  }

  /** Publishes until it is told to stop and everything is acknowledged. */
  async run(): Promise<void> {
    while (!this.#isDone) {
      let door: Door;
      try {
        door = await this.#plan.open(this.#server);
      } catch {
        await wait(RETRY_MS);
        continue;
      }
      await this.#publishThrough(door);
      door.close();
      if (!this.#isDone) await wait(this.#random.integer(0, RETRY_MS));
    }
  }

  stop(): void {
    this.#stopping = true;
    this.#wake();
  }

  get #isDone(): boolean {
    return this.#stopping && this.#unanswered.size === 0;
  }

  /** Until the door fails or nothing is left to do. */
  async #publishThrough(door: Door): Promise<void> {
    const { window, burst, restMs } = this.#plan;
    const state = { failed: false };
    const send = (parcel: Parcel): void => {
      this.#send(door, parcel).then(
        () => this.#wake(),
        (error: unknown) => {
          if (error instanceof Refused) this.refusals.push(error.message);
          state.failed = true;
          this.#wake();
        },
      );
    };
    for (const parcel of this.#unanswered.values()) send(parcel);
    let left = burst;
    while (!state.failed && !this.#isDone) {
      if (this.#stopping || this.#unanswered.size >= window) {
        await this.#change();
      } else {
        send(this.#next());
        left -= 1;
        if (left > 0) continue;
        left = this.#random.integer(1, burst);
        await wait(this.#random.integer(0, restMs));
      }
    }
  }

  async #send(door: Door, parcel: Parcel): Promise<void> {
    await door.publish(parcel, (acknowledged) => this.acknowledged.push(acknowledged));
    this.#unanswered.delete(parcel.key);
    if (this.#random.chance(REPEATS)) {
      await door.publish(parcel, (acknowledged) => this.acknowledged.push(acknowledged));
    }
  }

  #next(): Parcel {
    this.#parcels += 1;
    const key = `${this.name}/${this.#parcels}`;
    const { parcelSize, channels } = this.#plan;
    const count = this.#random.integer(1, parcelSize);
    const messages = Array.from({ length: count }, (_, index) => ({
      channel: this.#random.pick(channels),
      id: parcelSize === 1 ? key : `${key}:${index}`,
    }));
    const parcel = { key, messages };
    this.#unanswered.set(key, parcel);
    this.sent.push(...messages);
    return parcel;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
