import type { EpochStart, Head, Located } from "../core/streams.ts";

/**
 * Epochs of one stream: pure rules, shared by all engines.
 *
 * A list of epochs is never empty, its `first` offsets never fall, and its last entry is the current epoch. Two entries may
 * share a `first`: the store was lost twice with nothing written in between, and clients may hold positions of both.
 */
export type Epochs = readonly [EpochStart, ...EpochStart[]];

/** How many epochs of a stream are remembered beyond those that still cover a stored message. */
export const MAX_EPOCHS = 64;

/** The epochs of a stream that begins under `epoch`. */
export function firstEpoch(epoch: string): Epochs {
  return [{ epoch, first: 1 }];
}

export function currentEpoch(epochs: Epochs): string {
  return (epochs.at(-1) ?? epochs[0]).epoch;
}

/** The epoch under which `offset` was written. */
export function epochAt(epochs: Epochs, offset: number): string {
  for (let i = epochs.length - 1; i > 0; i--) {
    const start = epochs[i];
    if (start !== undefined && start.first <= offset) return start.epoch;
  }
  return epochs[0].epoch;
}

/**
 * Begins `epoch` after `head`.
 *
 * The oldest epochs are dropped beyond MAX_EPOCHS, unless a message at or after `earliest` was written under them. A client
 * that comes back with a dropped one is told of a divergence, as it would be with any unknown epoch.
 */
export function beginEpoch(epochs: Epochs, epoch: string, head: number, earliest: number): Epochs {
  const [oldest, second, ...rest] = epochs;
  const next: EpochStart = { epoch, first: head + 1 };
  if (second !== undefined && epochs.length >= MAX_EPOCHS && second.first <= earliest) {
    return [second, ...rest, next];
  }
  return second === undefined ? [oldest, next] : [oldest, second, ...rest, next];
}

/** What `locate` has to know about a stream. */
export interface Past {
  readonly epochs: Epochs;
  /** The oldest offset still stored. */
  readonly earliest: number;
  /** Whether this is, or ever was, the epoch of streams that were never written. */
  isStoreEpoch(epoch: string): boolean;
}

/** Says where the position `epoch:offset` leads in a stream whose head as handed out is `head`. */
export function locate(past: Past, epoch: string, offset: number, head: Head): Located {
  const { earliest } = past;
  const index = past.epochs.findLastIndex((start) => start.epoch === epoch);
  if (index < 0) {
    // Offset 0 of a store's epoch: nothing of the stream existed when this client subscribed, so nothing it saw was lost.
    const diverged = offset !== 0 || !past.isStoreEpoch(epoch);
    return { cursor: Math.min(earliest - 1, head.offset), diverged, earliest };
  }
  const next = past.epochs[index + 1];
  const last = next === undefined ? head.offset : Math.min(next.first - 1, head.offset);
  return { cursor: Math.min(offset, last), diverged: offset > last, earliest };
}
