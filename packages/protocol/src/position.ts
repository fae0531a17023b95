import { MAX_EPOCH_LENGTH } from "./limits.ts";

/**
 * A place in a stream: right after the message with this offset.
 *
 * Offset 0 is the place before the first message of all.
 */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/**
 * Where a subscription or a history page starts.
 *
 * A position is exclusive: the first message is the one after it. `"earliest"` is the oldest message kept;
 * `{last: n}` is n messages before the head.
 */
export type Since = Position | "earliest" | { readonly last: number };

/** A start at the first message with this time or a later one, in milliseconds since 1970. */
export interface SinceTime {
  readonly time: number;
}

/**
 * Where several channels start, or those of a pattern: each of these after its position.
 *
 * The others start at their first message with `time` or a later one, or without it as if there were no `since`.
 */
export interface SincePositions {
  readonly time?: number;
  readonly positions: Readonly<Record<string, Position>>;
}

/** Where a subscription starts, to one channel, to several, or to those of a pattern. */
export type SubscribeSince = Since | SinceTime | SincePositions;

/** Says where one of the channels that were asked for together starts. */
export function sinceOf(channel: string, since: SubscribeSince | undefined): Since | SinceTime | undefined {
  if (typeof since !== "object" || !("positions" in since)) return since;
  const { time, positions } = since;
  if (Object.hasOwn(positions, channel)) return positions[channel];
  return time === undefined ? undefined : { time };
}

/** What {@link parseSince} found: a start, none (an empty text), or a problem. */
export type SinceResult =
  | { readonly ok: true; readonly since: Since | undefined }
  | { readonly ok: false; readonly message: string };

const EPOCH = /^[A-Za-z0-9_-]+$/;
const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/;

/** The URL form of `{last: n}` begins with this, so no epoch may have this name. */
const LAST = "last";

/**
 * Tells whether a text can name an epoch: 1–32 of `A–Z a–z 0–9 _ -`.
 *
 * `last` is refused, since `last:20` means the last 20 messages.
 */
export function isEpoch(text: string): boolean {
  return text.length <= MAX_EPOCH_LENGTH && EPOCH.test(text) && text !== LAST;
}

/** Tells whether a number can be an offset: a whole number from 0 to 2^53 - 1. */
export function isOffset(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Writes a position as `epoch:offset`, the form used in URLs and event ids. */
export function formatPosition(position: Position): string {
  return `${position.epoch}:${position.offset}`;
}

/** Reads `epoch:offset`; undefined when the text is anything else. */
export function parsePosition(text: string): Position | undefined {
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  const epoch = text.slice(0, colon);
  const offset = parseDecimal(text.slice(colon + 1));
  return offset !== undefined && isEpoch(epoch) ? { epoch, offset } : undefined;
}

/** Writes a start in its URL form; no start is the empty text. */
export function formatSince(since: Since | undefined): string {
  if (since === undefined) return "";
  if (since === "earliest") return since;
  return "last" in since ? `${LAST}:${since.last}` : formatPosition(since);
}

/** Reads the URL form of a start: `epoch:offset`, `earliest`, `last:20`, or nothing. */
export function parseSince(text: string): SinceResult {
  if (text === "") return { ok: true, since: undefined };
  if (text === "earliest") return { ok: true, since: "earliest" };
  if (text.startsWith(`${LAST}:`)) {
    const last = parseDecimal(text.slice(LAST.length + 1));
    if (last !== undefined && last > 0) return { ok: true, since: { last } };
  }
  const since = parsePosition(text);
  if (since !== undefined) return { ok: true, since };
  return { ok: false, message: "Write since as epoch:offset, earliest, last:20, or leave it empty." };
}

/** Digits only and no leading zero, so that every position has exactly one spelling. */
function parseDecimal(text: string): number | undefined {
  const value = DECIMAL.test(text) ? Number(text) : undefined;
  return isOffset(value) ? value : undefined;
}
