/** So many are joined into one, since a piece of a single byte holds some hundred bytes of memory. */
const JOINED_TOGETHER = 1024;

/** Bytes that arrive in pieces and are wanted as a whole. They hold little more than their length, however small the pieces are. */
export class Pieces {
  #joined: Buffer[] = [];
  #recent: Buffer[] = [];
  #length = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** Keeps a piece; the caller must not change it. */
  add(piece: Buffer): void {
    this.#length += piece.length;
    this.#recent.push(piece);
    if (this.#recent.length < JOINED_TOGETHER) return;
    this.#joined.push(Buffer.concat(this.#recent));
    this.#recent = [];
  }

  /** Hands all of them out as one, and begins anew. */
  take(): Buffer {
    const whole = Buffer.concat([...this.#joined, ...this.#recent], this.#length);
    this.clear();
    return whole;
  }

  /** Forgets what has come. */
  clear(): void {
    this.#joined = [];
    this.#recent = [];
    this.#length = 0;
  }
}
