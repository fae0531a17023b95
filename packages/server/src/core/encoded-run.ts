import type { Encoding } from "./encoding.ts";
import type { PageRun, Serving } from "./page-run.ts";
import type { Subscription } from "./subscription.ts";

/** A run of encoded messages with no hole in their offsets, shared by all who read the same stretch. */
export class EncodedRun implements PageRun {
  readonly first: number;
  readonly last: number;
  readonly #pieces: readonly Uint8Array[];
  readonly #excludes: readonly (string | null)[];
  readonly #anyExclude: boolean;
  #joined: Uint8Array | null = null;

  /** `pieces` and `excludes` stand side by side, the first for offset `first`. */
  constructor(first: number, pieces: readonly Uint8Array[], excludes: readonly (string | null)[]) {
    this.first = first;
    this.last = first + pieces.length - 1;
    this.#pieces = pieces;
    this.#excludes = excludes;
    this.#anyExclude = excludes.some((exclude) => exclude !== null);
  }

  serve({ session: { connection } }: Subscription, encoding: Encoding): Serving {
    return { bytes: this.bytesFor(connection, encoding), count: this.countFor(connection) };
  }

  /** How many of its messages are for this connection. */
  countFor(connection: string): number {
    if (!this.#anyExclude) return this.#pieces.length;
    return this.#excludes.filter((exclude) => exclude !== connection).length;
  }

  /** Whether the run's last message is not for this connection. */
  endsWithout(connection: string): boolean {
    return this.#excludes.at(-1) === connection;
  }

  /** The run's bytes for one connection, null when nothing of it is for this one. Nearly always the same shared piece. */
  bytesFor(connection: string, encoding: Encoding): Uint8Array | null {
    if (!this.#anyExclude || !this.#excludes.includes(connection)) {
      this.#joined ??= join(this.#pieces, encoding);
      return this.#joined;
    }
    return join(
      this.#pieces.filter((_, index) => this.#excludes[index] !== connection),
      encoding,
    );
  }
}

function join(pieces: readonly Uint8Array[], encoding: Encoding): Uint8Array | null {
  return pieces.length > 1 ? encoding.join(pieces) : (pieces[0] ?? null);
}
