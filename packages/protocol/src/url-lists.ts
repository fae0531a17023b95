import { channelNameProblem } from "./channel.ts";
import type { ErrorCode } from "./errors.ts";
import { isPattern, patternProblem } from "./pattern.ts";
import { formatSince, parseSince, type Since } from "./position.ts";

/** The part of URLSearchParams that is needed. */
export interface QueryParameters {
  getAll(name: string): readonly string[];
}

/** A channel that a URL asks for, and where to start. */
export interface ListedChannel {
  readonly channel: string;
  readonly since?: Since;
}

/** Why a list in a URL cannot be used. */
export interface ListProblem {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
  readonly channel?: string;
}

/** What a URL asks for, in its order, or why it cannot be used. */
export type ChannelListResult =
  | { readonly ok: true; readonly channels: readonly ListedChannel[] }
  | ListProblem;

/**
 * Reads `channels`, `channel` and `since` of a URL.
 *
 * `channels` is a comma-separated list; a name that contains a comma stands in a `channel` of its own, counted after
 * the list. `since` has one comma-separated entry per channel in that order, or is absent or empty as a whole.
 */
export function parseChannelList(query: QueryParameters): ChannelListResult {
  const names = query.getAll("channels").flatMap((list) => (list === "" ? [] : list.split(",")));
  names.push(...query.getAll("channel"));
  for (const channel of names) {
    const message = isPattern(channel) ? patternProblem(channel) : channelNameProblem(channel);
    if (message !== undefined) return { ok: false, code: "invalid_channel", message, channel };
  }
  if (new Set(names).size < names.length) {
    return { ok: false, code: "invalid_channel", message: "A channel is listed twice. List each one once." };
  }
  return parseSinceList(query.getAll("since").join(","), names);
}

/**
 * Reads a `since` list (also the id of a server-sent event) for these channels.
 *
 * An empty text gives no channel a start; any other text needs exactly one entry per channel.
 */
export function parseSinceList(text: string, channels: readonly string[]): ChannelListResult {
  if (text === "") return { ok: true, channels: channels.map((channel) => ({ channel })) };
  const entries = text.split(",");
  if (entries.length !== channels.length) {
    const message = `since has ${entries.length} entries for ${channels.length} channels. Give one for each, empty if need be.`;
    return { ok: false, code: "invalid_since", message };
  }
  const listed: ListedChannel[] = [];
  for (const [index, channel] of channels.entries()) {
    const result = parseSince(entries[index] ?? "");
    if (!result.ok) return { ok: false, code: "invalid_since", message: result.message, channel };
    if (result.since !== undefined && isPattern(channel)) {
      return { ok: false, code: "invalid_since", message: NO_PATTERN_START, channel };
    }
    listed.push(result.since === undefined ? { channel } : { channel, since: result.since });
  }
  return { ok: true, channels: listed };
}

const NO_PATTERN_START =
  "A pattern has no start in a URL: leave its entry empty. connect and subscribe take its time and positions.";

/** Writes the `since` list for channels in their order; undefined stands for no start. */
export function formatSinceList(starts: readonly (Since | undefined)[]): string {
  return starts.map(formatSince).join(",");
}
