import type { HistoryOptions } from "../config/channel-options.ts";
import type { Head, LocatedTime, Page } from "../core/streams.ts";

/** What a stored message costs beside its data, in the account of a channel's `bytes`. */
export const MESSAGE_OVERHEAD_BYTES = 64;

/** The bytes that a message with this data takes in the account of its channel. */
export function messageCost(dataBytes: number): number {
  return dataBytes + MESSAGE_OVERHEAD_BYTES;
}

/** Whether a message of that time is past its channel's age limit. */
export function isExpired(timeMs: number, history: HistoryOptions, nowMs: number): boolean {
  return timeMs + history.ttlMs <= nowMs;
}

/**
 * Why the oldest of `count` messages has to go, or null when it may stay.
 *
 * Age is named first when both apply. The newest message stays however large it is, so that a channel's last value
 * can always be read.
 */
export function trimReason(
  oldest: { readonly timeMs: number },
  count: number,
  bytes: number,
  history: HistoryOptions,
  nowMs: number,
): "expired" | "limit" | null {
  if (isExpired(oldest.timeMs, history, nowMs)) return "expired";
  if (count > 1 && (count > history.messages || bytes > history.bytes)) return "limit";
  return null;
}

/** What is known of the messages that a stream has lost. */
export interface Lost {
  /** The oldest offset that a read still returns. */
  readonly earliest: number;
  readonly missing: Page["missing"];
  /** The time of the newest message, stored or not. */
  readonly newestMs: number;
}

/** Where the messages of `timeMs` or later begin, when `first` is the oldest such offset that is stored. */
export function locateTime(
  lost: Lost,
  first: number,
  timeMs: number,
  head: Head,
  history: HistoryOptions,
  nowMs: number,
): LocatedTime {
  const { earliest, missing, newestMs } = lost;
  const cursor = Math.min(first - 1, head.offset);
  // Time never goes back within a stream: something older that is stored, or nothing so new, says that no such message was lost.
  const lostNone = earliest === 1 || first > earliest || newestMs < timeMs;
  const lostByAgeOnly = missing === "expired" && !isExpired(timeMs, history, nowMs);
  return { cursor, missing: lostNone || lostByAgeOnly ? null : missing };
}
