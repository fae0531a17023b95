const FIRST_ALLOCATION_BYTES = 512;

/**
 * Collects the pieces of one message in a single growing array.
 *
 * It grows with what has arrived, never with what a header promises, so a peer that announces a long
 * message and falls silent holds no memory; and a fragment costs nothing beyond its bytes, so
 * their number needs no limit.
 */
export class MessageBuffer {
  #bytes: Uint8Array = EMPTY;
  #length = 0;

  /** How many bytes have been collected. */
  get length(): number {
    return this.#length;
  }

  /**
   * Copies `piece[start, end)` behind what is there.
   *
   * `expectedBytes` is how long the message will be at most, as far as known; no more is allocated.
   */
  append(piece: Uint8Array, start: number, end: number, expectedBytes: number): void {
    const needed = this.#length + end - start;
    if (needed > this.#bytes.length) {
      const generous = Math.max(FIRST_ALLOCATION_BYTES, this.#bytes.length * 2);
      const grown = new Uint8Array(Math.max(needed, Math.min(generous, expectedBytes)));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(piece.subarray(start, end), this.#length);
    this.#length = needed;
  }

  /** Hands out the array, of which the first `length` bytes count, and begins anew. */
  take(): Uint8Array {
    const bytes = this.#bytes;
    this.clear();
    return bytes;
  }

  /** Forgets what was collected. */
  clear(): void {
    this.#bytes = EMPTY;
    this.#length = 0;
  }
}

const EMPTY: Uint8Array = new Uint8Array(0);
