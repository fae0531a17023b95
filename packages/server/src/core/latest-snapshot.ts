import type { Encoding } from "./encoding.ts";
import type { Message } from "./message.ts";

/** A larger snapshot is sent in pages, to each subscriber alone. */
const MAX_BYTES = 256 * 1024;

/** The last values of a channel, encoded once for all who ask before something newer is sent. */
export class LatestSnapshot {
  /** null: there are no values, or they are too large for one piece. */
  readonly bytes: Uint8Array | null;
  /** How many values there are. */
  readonly count: number;
  readonly #excluded = new Set<string>();

  constructor(values: Iterable<Message>, encoding: Encoding) {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    let count = 0;
    for (const message of values) {
      count += 1;
      if (bytes > MAX_BYTES) continue;
      const piece = encoding.message(message, 0);
      pieces.push(piece);
      bytes += piece.byteLength;
      if (message.exclude !== null) this.#excluded.add(message.exclude);
    }
    const [first] = pieces;
    this.count = count;
    if (first === undefined || bytes > MAX_BYTES) this.bytes = null;
    else this.bytes = pieces.length === 1 ? first : encoding.join(pieces);
  }

  /** Whether a connection may not have one of the values. */
  excludes(connection: string): boolean {
    return this.#excluded.has(connection);
  }
}
