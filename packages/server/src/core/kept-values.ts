import type { HistoryOptions } from "../config/channel-options.ts";
import { MAX_LATEST_KEYS } from "./latest-values.ts";
import type { Message } from "./message.ts";
import type { Head, Streams } from "./streams.ts";

const PAGE_MESSAGES = 1000;
const PAGE_BYTES = 1024 * 1024;

/**
 * Reads the last message of each key that the broker has, in the order in which a later one counts.
 *
 * What was published after the newest of them, while the channel did not keep last values, is found in its history: as far as that goes back, and not further than
 * 10 000 messages. What lies before it is not looked for, since that would read the history of every channel at each start.
 * Rejects with StreamsUnavailable.
 */
export async function readKeptValues(
  streams: Streams,
  channel: string,
  history: HistoryOptions | null,
  head: Head,
): Promise<readonly Message[]> {
  const kept = await streams.lastValues(channel, history);
  if (history === null) return kept;
  const newest = kept.reduce((latest, { offset }) => Math.max(latest, offset ?? 0), 0);
  const messages = [...kept];
  let bound = Math.max(newest, head.offset - MAX_LATEST_KEYS);
  while (bound < head.offset) {
    const page = await streams.read({
      channel,
      history,
      bound,
      order: "asc",
      head: head.offset,
      maxMessages: PAGE_MESSAGES,
      maxBytes: PAGE_BYTES,
    });
    const last = page.messages.at(-1)?.offset ?? null;
    if (last === null) break;
    for (const message of page.messages) messages.push(message);
    bound = last;
  }
  return messages;
}
