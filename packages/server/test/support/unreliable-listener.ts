import type { Message } from "../../src/core/message.ts";
import type { StreamListener } from "../../src/core/streams.ts";

/** What happens to one batch on its way. */
export type Fate = "pass" | "drop" | "delay" | "repeat";

/**
 * A link between a broker and a hub that drops, delays and repeats batches, as a network does.
 *
 * `fates` is asked once for each batch; a delayed batch arrives after the next one, or with `release`. What arrives is otherwise
 * complete and in order, so a hub behind it must find every loss by a jump of the offsets, and every repeat by an offset it has had.
 */
export class UnreliableListener {
  readonly #listener: StreamListener;
  readonly #fates: Iterator<Fate>;
  #delayed: (readonly Message[])[] = [];

  constructor(listener: StreamListener, fates: Iterator<Fate>) {
    this.#listener = listener;
    this.#fates = fates;
  }

  /** Give this to the engine. */
  readonly hear: StreamListener = (messages) => {
    const { value, done } = this.#fates.next();
    const fate: Fate = done === true ? "pass" : value;
    const waiting = this.#delayed;
    this.#delayed = [];
    if (fate === "delay") this.#delayed.push(messages);
    else if (fate !== "drop") this.#listener(messages);
    if (fate === "repeat") this.#listener(messages);
    for (const late of waiting) this.#listener(late);
  };

  /** Lets the last delayed batch arrive. */
  release(): void {
    const waiting = this.#delayed;
    this.#delayed = [];
    for (const late of waiting) this.#listener(late);
  }
}
