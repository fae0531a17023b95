import type { Clock } from "../base/clock.ts";
import type { Rate } from "../base/rate.ts";
import { NOT_SCHEDULED, type TimerWheel, type WheelEntry } from "../base/timer-wheel.ts";
import { TokenBucket } from "../base/token-bucket.ts";

/** What a cap measures time with. */
export interface CapPorts {
  readonly clock: Clock;
  readonly wheel: TimerWheel;
}

/**
 * How many bytes one connection may be sent in a time; it exists only where that is limited.
 *
 * Nothing is ever refused or delayed here. Whatever is written is counted; when that was more than the rate allows, the outbox
 * says that it has no room, and what has a stream waits there. So a write may be larger than what is left, and is paid off
 * before the next page. What is left over in quiet times is kept for a burst of one `count`.
 */
export class BandwidthCap implements WheelEntry {
  wheelPlace = NOT_SCHEDULED;
  readonly #bucket: TokenBucket;
  readonly #ports: CapPorts;
  readonly #refilled: () => void;

  /** `refilled` is called when there is room again after there was none. */
  constructor(rate: Rate, ports: CapPorts, refilled: () => void) {
    this.#bucket = new TokenBucket(rate, ports.clock.nowMs());
    this.#ports = ports;
    this.#refilled = refilled;
  }

  /** Whether nothing more should be sent for now. Then `refilled` is certain to be called, unless the cap is stopped. */
  get isSpent(): boolean {
    return this.#waitMs() > 0;
  }

  /** Counts bytes that are sent now. */
  spend(bytes: number): void {
    this.#bucket.spend(this.#ports.clock.nowMs(), bytes);
    if (this.wheelPlace === NOT_SCHEDULED) this.#wait();
  }

  /** Stops waiting: the connection has ended. */
  stop(): void {
    this.#ports.wheel.cancel(this);
  }

  onDue(): void {
    if (!this.#wait()) this.#refilled();
  }

  #wait(): boolean {
    const waitMs = this.#waitMs();
    if (waitMs > 0) this.#ports.wheel.schedule(this, waitMs);
    return waitMs > 0;
  }

  #waitMs(): number {
    return this.#bucket.waitMs(this.#ports.clock.nowMs());
  }
}
