import type { HistoryOptions } from "../config/channel-options.ts";

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
