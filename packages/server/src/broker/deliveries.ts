import type { Message } from "../core/message.ts";
import type { StreamListener } from "../core/streams.ts";
import type { Heard } from "./heard.ts";

/**
 * Hands appended messages to the listener, in the order in which they came.
 *
 * Always in a later microtask: a listener that publishes is never called from within itself, which would turn the order
 * of its channel around.
 */
export class Deliveries {
  readonly #listener: StreamListener;
  readonly #heard: Heard;
  #pending: Message[] = [];
  #draining: Promise<void> | null = null;

  /** `heard` says which channels are reported. */
  constructor(listener: StreamListener, heard: Heard) {
    this.#listener = listener;
    this.#heard = heard;
  }

  /** Resolves when the listener has been told of those whose channels are open. */
  push(messages: readonly Message[]): Promise<void> {
    for (const message of messages) this.#pending.push(message);
    this.#draining ??= Promise.resolve().then(() => this.#drain());
    return this.#draining;
  }

  /** The first offset of the channel that is stored but not delivered yet. */
  firstPending(channel: string): number | null {
    for (const message of this.#pending) if (message.channel === channel) return message.offset;
    return null;
  }

  /** The time of the oldest message that is not delivered yet; null when there is none. */
  get oldestPendingMs(): number | null {
    return oldestMs(this.#pending);
  }

  #drain(): void {
    const messages = this.#pending;
    this.#pending = [];
    this.#draining = null;
    const heard = this.#heard.of(messages);
    if (heard.length > 0) this.#listener(heard);
  }
}

/** The oldest time of some messages; null for none. */
export function oldestMs(messages: readonly Message[]): number | null {
  let oldest: number | null = null;
  for (const { timeMs } of messages) oldest = Math.min(oldest ?? timeMs, timeMs);
  return oldest;
}
