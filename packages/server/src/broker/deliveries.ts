import type { Message } from "../core/message.ts";
import type { StreamListener } from "../core/streams.ts";

/**
 * Hands appended messages to the listener, in the order in which they came.
 *
 * Always in a later microtask: a listener that publishes is never called from within itself, which would turn the order
 * of its channel around.
 */
export class Deliveries {
  readonly #listener: StreamListener;
  readonly #opened = new Set<string>();
  #pending: Message[] = [];
  #draining: Promise<void> | null = null;

  constructor(listener: StreamListener) {
    this.#listener = listener;
  }

  open(channel: string): void {
    this.#opened.add(channel);
  }

  close(channel: string): void {
    this.#opened.delete(channel);
  }

  isOpen(channel: string): boolean {
    return this.#opened.has(channel);
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

  #drain(): void {
    const messages = this.#pending;
    this.#pending = [];
    this.#draining = null;
    const open = messages.filter((message) => this.#opened.has(message.channel));
    if (open.length > 0) this.#listener(open);
  }
}
