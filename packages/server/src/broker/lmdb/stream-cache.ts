import type { Environment } from "./environment.ts";
import { recordKey } from "./keys.ts";
import type { StoreEpochs } from "./store-epochs.ts";
import { decodeRecord } from "./stream-record.ts";
import { StreamState } from "./stream-state.ts";

/** Streams beyond these are read again from the disk when they are needed; each takes about 1 KB of memory. */
const MAX_CACHED_STREAMS = 10_000;

/** The streams that were used lately; those with appends on their way are never forgotten. */
export class StreamCache {
  readonly #environment: Environment;
  readonly #epochs: StoreEpochs;
  /** In the order of use, the longest unused first. */
  readonly #states = new Map<string, StreamState>();

  constructor(environment: Environment, epochs: StoreEpochs) {
    this.#environment = environment;
    this.#epochs = epochs;
  }

  /** The state of a stream, whether it was ever written or not. */
  state(channel: string): StreamState {
    let state = this.#states.get(channel);
    if (state === undefined) {
      const bytes = this.#environment.get(recordKey(channel));
      const record = bytes === undefined ? null : this.#epochs.afterStops(decodeRecord(bytes));
      state = new StreamState(channel, record);
      this.#forgetOldest();
    } else {
      this.#states.delete(channel);
    }
    this.#states.set(channel, state);
    return state;
  }

  #forgetOldest(): void {
    if (this.#states.size < MAX_CACHED_STREAMS) return;
    for (const [channel, state] of this.#states) {
      if (!state.isIdle) continue;
      this.#states.delete(channel);
      return;
    }
  }
}
