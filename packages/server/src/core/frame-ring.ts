import { EncodedRun } from "./encoded-run.ts";
import type { Message } from "./message.ts";

/**
 * The most recent messages of a stream in their encoded form, offsets without a hole.
 *
 * It is a cache of the stream, bounded by count and bytes: whoever is a little behind on a busy channel takes the shared
 * bytes from here, and nothing is read, decoded or encoded again. A cursor that it does not cover reads the stream.
 */
export class FrameRing {
  readonly #maxCount: number;
  readonly #maxBytes: number;
  #pieces: Uint8Array[] = [];
  #excludes: (string | null)[] = [];
  #timesMs: number[] = [];
  /** Index of the oldest entry in the arrays; what stands before it is dead. */
  #start = 0;
  #last = 0;
  #bytes = 0;
  #generation = 0;
  /** The run given last: many who come back together ask for the same one. */
  #recent: EncodedRun | null = null;

  constructor(maxCount: number, maxBytes: number) {
    this.#maxCount = maxCount;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#pieces.length - this.#start;
  }

  /** Changes whenever the ring is emptied: what was read from the stream before may not be put in afterwards. */
  get generation(): number {
    return this.#generation;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the encoded message with this offset; a jump in the offsets empties the ring first. */
  add(offset: number, piece: Uint8Array, exclude: string | null, timeMs: number): void {
    if (offset !== this.#last + 1) this.clear();
    this.#last = offset;
    this.#pieces.push(piece);
    this.#excludes.push(exclude);
    this.#timesMs.push(timeMs);
    this.#bytes += piece.byteLength;
    this.#recent = null;
    while (this.size > this.#maxCount || (this.#bytes > this.#maxBytes && this.size > 0)) this.#dropOldest();
  }

  /** Fills the empty ring with a page just read from the stream, pieces beside messages. */
  fill(messages: readonly Message[], pieces: readonly Uint8Array[]): void {
    for (const [index, message] of messages.entries()) {
      const piece = pieces[index];
      if (piece !== undefined && message.offset !== null) {
        this.add(message.offset, piece, message.exclude, message.timeMs);
      }
    }
  }

  clear(): void {
    this.#generation += 1;
    this.#pieces = [];
    this.#excludes = [];
    this.#timesMs = [];
    this.#start = 0;
    this.#bytes = 0;
    this.#recent = null;
  }

  /** Whether the ring holds the message after `cursor`, not older than `notBeforeMs`. */
  covers(cursor: number, notBeforeMs: number): boolean {
    const index = this.#indexAfter(cursor);
    return index !== null && (this.#timesMs[index] ?? 0) >= notBeforeMs;
  }

  /**
   * The messages after `cursor` up to about `maxBytes`, or null when the ring does not hold the next one.
   *
   * A message older than `notBeforeMs` counts as gone, as it does in the stream.
   */
  after(cursor: number, maxBytes: number, notBeforeMs: number): EncodedRun | null {
    const from = this.#indexAfter(cursor);
    if (from === null || (this.#timesMs[from] ?? 0) < notBeforeMs) return null;
    if (this.#recent?.first === cursor + 1) return this.#recent;
    let to = from;
    for (let bytes = 0; to < this.#pieces.length && bytes < maxBytes; to += 1) {
      bytes += this.#pieces[to]?.byteLength ?? 0;
    }
    this.#recent = new EncodedRun(cursor + 1, this.#pieces.slice(from, to), this.#excludes.slice(from, to));
    return this.#recent;
  }

  #indexAfter(cursor: number): number | null {
    const oldest = this.#last - this.size + 1;
    return cursor + 1 < oldest || cursor >= this.#last ? null : this.#start + (cursor + 1 - oldest);
  }

  #dropOldest(): void {
    this.#bytes -= this.#pieces[this.#start]?.byteLength ?? 0;
    this.#start += 1;
    // Dead entries are cut off once they are half of the arrays, so on average each live one is moved at most once.
    if (this.#start * 2 > this.#pieces.length) {
      this.#pieces = this.#pieces.slice(this.#start);
      this.#excludes = this.#excludes.slice(this.#start);
      this.#timesMs = this.#timesMs.slice(this.#start);
      this.#start = 0;
    }
  }
}
