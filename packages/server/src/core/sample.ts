import type { Encoding } from "./encoding.ts";
import type { Message } from "./message.ts";
import type { Serving } from "./page-run.ts";

/** What a receiver gets of some messages, and where it leaves the receiver. */
export interface Sampled extends Serving {
  /** The place of the last message that the bytes hold; -1 when they hold none. */
  readonly told: number;
  /** How many the receiver has missed since, or since before if it got none: they are to be told with its next message. */
  readonly dropped: number;
}

/** Where a receiver stands before some messages: it gets none before place `from`, and was not told of `dropped` until there. */
export interface Receiver {
  readonly connection: string;
  readonly from: number;
  readonly dropped: number;
}

/**
 * Messages that followed one another, of which everybody gets the same choice, and says in each how many it left out before it.
 *
 * Whoever stands at the same place gets the very same bytes, which are made for the first one.
 */
export class Sample {
  readonly #encoding: Encoding;
  readonly #messages: readonly Message[];
  readonly #chosen: readonly number[];
  /** The joined bytes, by the place of the first message and what it says was dropped. */
  readonly #made = new Map<string, Sampled>();

  /** `chosen` are the places of the chosen ones, in order. */
  constructor(encoding: Encoding, messages: readonly Message[], chosen: readonly number[]) {
    this.#encoding = encoding;
    this.#messages = messages;
    this.#chosen = chosen;
  }

  has(place: number): boolean {
    return this.#chosen.includes(place);
  }

  /** What a receiver gets whom no message excludes and who gets nothing besides the choice. */
  serve(from: number, dropped: number): Sampled {
    const key = `${from} ${dropped}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const receiver = { connection: "", from, dropped };
    const made = serveEach(this.#messages, this.#chosen, receiver, this.#encoding);
    this.#made.set(key, made);
    return made;
  }

  /** What a receiver gets for whom the messages at `places` are besides, or not meant at all. */
  serveWith(places: readonly number[], receiver: Receiver): Sampled {
    const all = [...new Set([...this.#chosen, ...places])].toSorted((one, other) => one - other);
    return serveEach(this.#messages, all, receiver, this.#encoding);
  }
}

/**
 * Gives a receiver the messages at these places, in order, but for those that exclude it, which do not count as dropped either.
 *
 * So `places` must name every message that excludes the receiver, whether it would get it or not.
 */
export function serveEach(
  messages: readonly Message[],
  places: readonly number[],
  { connection, from, dropped }: Receiver,
  encoding: Encoding,
): Sampled {
  const pieces: Uint8Array[] = [];
  let missed = dropped;
  let next = from;
  let told = -1;
  for (const place of places) {
    const message = messages[place];
    if (message === undefined || place < from) continue;
    missed += place - next;
    next = place + 1;
    if (message.exclude !== null && message.exclude === connection) continue;
    pieces.push(encoding.message(message, missed));
    missed = 0;
    told = place;
  }
  const [only] = pieces;
  const bytes = pieces.length > 1 ? encoding.join(pieces) : (only ?? null);
  return { bytes, count: pieces.length, told, dropped: missed + Math.max(0, messages.length - next) };
}
