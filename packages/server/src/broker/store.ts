import type { Clock, RandomId } from "../base/clock.ts";
import type { Control } from "../core/control.ts";
import type { Cursors } from "../core/cursors.ts";
import type { Queues } from "../core/queue.ts";
import type { StreamListener, Streams } from "../core/streams.ts";

/** Whether the store takes appends at the moment; `reason` is for operators, never for clients. */
export interface StoreStatus {
  readonly available: boolean;
  readonly reason?: string;
  /** It will not be available again in this process. */
  readonly needsRestart?: boolean;
}

/** Told of every commit of a store on disk. */
export interface CommitObserver {
  /** A clock that never jumps. */
  readonly clock: Clock;
  /** Whether the disk took it, and how long that took, the flush included. Must not throw. */
  committed(kept: boolean, durationMs: number): void;
}

/** One embedded engine: its ports, its health and its end. The composition root treats all engines alike. */
export interface Store {
  readonly streams: Streams;
  readonly cursors: Cursors;
  readonly control: Control;
  readonly queues: Queues;
  status(): StoreStatus;
  /** Calls back on every change of the status, never at once. */
  onStatus(callback: (status: StoreStatus) => void): void;
  /**
   * Removes what is past its retention; the store does it by itself about once a minute.
   *
   * Reads never return expired messages, swept or not: sweeping only frees space.
   */
  sweep(): Promise<void>;
  /**
   * Waits for what is being written, marks the stop as clean, and releases the files.
   *
   * Appends after the call are `unavailable`. Closing twice is allowed.
   */
  close(): Promise<void>;
}

/** What every engine needs. */
export interface StoreOptions {
  readonly clock: Clock;
  readonly randomId: RandomId;
  /** Told of the appends of opened channels; it must not throw. */
  readonly listener: StreamListener;
  /** How long a publisher's message id is recognised, even when the message was trimmed; 7 days. */
  readonly dedupeKeepMs?: number;
  /** The newest so many ids of each channel are recognised; 100 000. */
  readonly maxIdsPerChannel?: number;
  readonly commits?: CommitObserver;
  /** Runs something later and returns how to call that off; a timer that keeps no process alive. */
  readonly schedule?: Schedule;
}

/** A timer as the engines need it. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

export const DEDUPE_KEEP_MS = 7 * 86_400_000;
export const MAX_IDS_PER_CHANNEL = 100_000;
/** Without history an id is recognised this long, in memory. */
export const RELAY_DEDUPE_KEEP_MS = 120_000;
/** Without history last values are kept so long after the last publish, in memory. */
export const RELAY_VALUES_KEEP_MS = 86_400_000;
/** The record of a stream outlives its last message by this. */
export const RECORD_KEEP_MS = 30 * 86_400_000;
export const SWEEP_INTERVAL_MS = 60_000;

/** The machine's own timer, which lets the process end. */
export const machineSchedule: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
};
