import type { Message } from "../core/message.ts";

/** Which channels' appends an engine reports: those that are opened, or all of them. */
export class Heard {
  readonly #opened = new Set<string>();
  /** Whether every channel is reported, as while somebody listens by pattern. */
  all = false;

  open(channel: string): void {
    this.#opened.add(channel);
  }

  close(channel: string): void {
    this.#opened.delete(channel);
  }

  /** Whether this channel was opened by its name. */
  isOpen(channel: string): boolean {
    return this.#opened.has(channel);
  }

  /** Those of the messages that are reported. */
  of(messages: readonly Message[]): readonly Message[] {
    return this.all ? messages : messages.filter(({ channel }) => this.#opened.has(channel));
  }
}
