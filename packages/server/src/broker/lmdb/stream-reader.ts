import type { HistoryOptions } from "../../config/channel-options.ts";
import type { Message } from "../../core/message.ts";
import type { Head, LocatedTime, Page, PageQuery } from "../../core/streams.ts";
import { epochAt } from "../epochs.ts";
import { isExpired, locateTime, messageCost } from "../retention.ts";
import type { Environment } from "./environment.ts";
import {
  hashUser,
  messageKey,
  messagesBackwards,
  messagesBetween,
  offsetOfMessageKey,
  ownBetween,
} from "./keys.ts";
import { decodeHeader, decodeMessage } from "./message-codec.ts";
import { storedCount, type StreamRecord } from "./stream-record.ts";

/** One page of a kept stream. */
export function readPage(
  environment: Environment,
  record: StreamRecord,
  query: PageQuery,
  nowMs: number,
): Page {
  const earliest = earliestAt(environment, record, query.history, nowMs);
  const missing = missingBefore(earliest, record);
  const newest = Math.min(query.head, record.head);
  const ascending = query.order === "asc";
  const first = ascending ? Math.max(query.bound + 1, earliest) : earliest;
  const last = ascending ? newest : Math.min(newest, query.bound - 1);
  if (first > last || query.maxMessages < 1) return { messages: [], earliest, missing };
  const range = ascending
    ? messagesBetween(record.stream, first, last, query.maxMessages)
    : messagesBackwards(record.stream, last, first, query.maxMessages);
  const messages: Message[] = [];
  let bytes = 0;
  for (const { key, value } of environment.entries(range)) {
    const offset = offsetOfMessageKey(key);
    const message = decodeMessage(value, query.channel, epochAt(record.epochs, offset), offset);
    messages.push(message);
    bytes += messageCost(Buffer.byteLength(message.dataJson));
    if (bytes >= query.maxBytes) break;
  }
  return { messages, earliest, missing };
}

/** The oldest offset that a read still returns: what expired since the last trim is passed over. */
export function earliestAt(
  environment: Environment,
  record: StreamRecord,
  history: HistoryOptions,
  nowMs: number,
): number {
  if (storedCount(record) === 0 || !isExpired(record.earliestMs, history, nowMs)) return record.earliest;
  return firstThat(environment, record, (timeMs) => !isExpired(timeMs, history, nowMs));
}

/** Where the messages with this time or a later one begin. */
export function locateTimeIn(
  environment: Environment,
  record: StreamRecord,
  timeMs: number,
  head: Head,
  history: HistoryOptions,
  nowMs: number,
): LocatedTime {
  const earliest = earliestAt(environment, record, history, nowMs);
  const first = Math.max(
    earliest,
    firstThat(environment, record, (time) => time >= timeMs),
  );
  const lost = { earliest, missing: missingBefore(earliest, record), newestMs: record.lastMs };
  return locateTime(lost, first, timeMs, head, history, nowMs);
}

/** The first stored offset whose time passes, where all after one that passes do; head + 1 when none does. */
function firstThat(
  environment: Environment,
  record: StreamRecord,
  passes: (timeMs: number) => boolean,
): number {
  let low = record.earliest;
  let high = record.head + 1;
  // Time never goes back within a stream, so what is too old is a prefix.
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const bytes = environment.get(messageKey(record.stream, middle));
    if (bytes !== undefined && !passes(decodeHeader(bytes).timeMs)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function missingBefore(earliest: number, record: StreamRecord): Page["missing"] {
  return earliest > record.earliest ? "expired" : record.missing;
}

/** How many stored messages in (`after`, `until`] come from others than `user`: all of them less the user's own, by index. */
export function countOfOthers(
  environment: Environment,
  record: StreamRecord,
  user: string,
  after: number,
  until: number,
  earliest: number,
): number {
  const first = Math.max(after + 1, earliest);
  const last = Math.min(until, record.head);
  if (first > last) return 0;
  const own = environment.countKeys(ownBetween(record.stream, hashUser(user), first, last));
  return last - first + 1 - own;
}
