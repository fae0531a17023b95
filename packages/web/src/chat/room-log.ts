import type { Entry, NoticeEntry } from "./entry.ts";

/** Most entries drawn while the newest are in view. */
export const SHOWN_FOLLOWING = 200;

/** Most entries drawn while somebody reads back. */
export const SHOWN_READING = 1000;

/** Most names that one notice gathers. */
const NOTICE_NAMES = 50;

/**
 * The part of a room's messages that a page holds. Its size is bounded.
 *
 * While the newest are in view, new entries are shown and the oldest shown go. While somebody reads back, what is
 * shown holds still: new entries gather in `tail` alone, and are counted.
 */
export interface RoomLog {
  /** What is drawn, oldest first. */
  readonly shown: readonly Entry[];
  /** The newest entries, oldest first. */
  readonly tail: readonly Entry[];
  readonly following: boolean;
  /** How many messages came since somebody began to read back. */
  readonly waiting: number;
}

export const EMPTY_LOG: RoomLog = { shown: [], tail: [], following: true, waiting: 0 };

/** Adds entries that just came. One whose key is known replaces what it repeats. */
export function append(log: RoomLog, entries: readonly Entry[]): RoomLog {
  const tail = merge(log.tail, entries).slice(-SHOWN_FOLLOWING);
  if (log.following) return { ...log, tail, shown: merge(log.shown, entries).slice(-SHOWN_FOLLOWING) };
  const known = keysOf(log.shown);
  const repeated = entries.filter((entry) => known.has(entry.key));
  const fresh = entries.filter((entry) => entry.kind === "message" && !known.has(entry.key));
  return { ...log, tail, shown: merge(log.shown, repeated), waiting: log.waiting + fresh.length };
}

/** Adds a page of older entries before what is shown. */
export function prepend(log: RoomLog, entries: readonly Entry[]): RoomLog {
  const shown = merge(entries, log.shown);
  if (shown.length <= SHOWN_READING) return { ...log, shown };
  return { ...log, shown: shown.slice(0, SHOWN_READING), following: false };
}

/** Somebody scrolls back: what is shown holds still from now on. */
export function readBack(log: RoomLog): RoomLog {
  return log.following ? { ...log, following: false, waiting: 0 } : log;
}

/** Goes to the newest. Where what is shown does not reach them any more, only the newest stay. */
export function follow(log: RoomLog): RoomLog {
  if (log.following) return log;
  const last = log.shown.at(-1);
  const meets = last !== undefined && log.tail.some((entry) => entry.key === last.key);
  const shown = meets ? merge(log.shown, log.tail).slice(-SHOWN_FOLLOWING) : log.tail;
  return { shown, tail: log.tail, following: true, waiting: 0 };
}

/** Adds that people came or went. Notices of one kind in a row become one. */
export function appendNotice(log: RoomLog, notice: NoticeEntry): RoomLog {
  const last = log.tail.at(-1);
  if (last?.kind !== "notice" || last.change !== notice.change) return append(log, [notice]);
  const names = [...last.names.filter((name) => !notice.names.includes(name)), ...notice.names];
  return append(log, [{ ...last, names: names.slice(-NOTICE_NAMES) }]);
}

function keysOf(entries: readonly Entry[]): Set<string> {
  return new Set(entries.map((entry) => entry.key));
}

/** Joins two lists by time. A key that both have stays in its place with the later value. */
function merge(first: readonly Entry[], second: readonly Entry[]): readonly Entry[] {
  if (second.length === 0) return first;
  const merged = new Map(first.map((entry) => [entry.key, entry]));
  for (const entry of second) merged.set(entry.key, entry);
  const entries = [...merged.values()];
  return inOrder(entries) ? entries : entries.toSorted((one, other) => one.timeMs - other.timeMs);
}

function inOrder(entries: readonly Entry[]): boolean {
  return entries.every((entry, index) => index === 0 || (entries[index - 1]?.timeMs ?? 0) <= entry.timeMs);
}
