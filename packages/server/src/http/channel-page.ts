import { compilePattern, patternProblem } from "@tidewire/protocol";
import type { ApiCaller } from "../core/api-caller.ts";
import type { Hub } from "../core/hub.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { Streams } from "../core/streams.ts";
import { DEFAULT_PAGE } from "./api-parameters.ts";
import { justBefore, literalPrefix, MAX_SCANNED_NAMES, pageOfNames } from "./name-page.ts";

/** Which channels are wanted. */
export interface ChannelQuery {
  /** A pattern; absent: all of them. */
  readonly match?: string | undefined;
  /** Of the page before. */
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** One page of channels that hold messages or have subscribers, by name. */
export interface ChannelPage {
  readonly channels: readonly { readonly channel: string; readonly subscribers: number }[];
  /** Where the next page goes on; absent on the last one. */
  readonly cursor?: string;
}

/** Lists the channels that a caller's key is for. Rejects with StreamsUnavailable. */
export async function pageOfChannels(
  { hub, streams }: { readonly hub: Hub; readonly streams: Streams },
  { match, cursor = "", limit = DEFAULT_PAGE }: ChannelQuery,
  caller: ApiCaller,
): Promise<ChannelPage | Refusal> {
  const problem = match === undefined ? undefined : patternProblem(match);
  if (problem !== undefined) return refuse("invalid_pattern", problem);
  const wanted = match === undefined ? () => true : compilePattern(match);
  const filter = {
    prefix: match === undefined ? "" : literalPrefix(match),
    matches: (name: string) => wanted(name) && caller.channelRefusal(name) === null,
  };
  const start = justBefore(filter.prefix);
  const after = cursor > start ? cursor : start;
  const showsAll = match === undefined && caller.limitRefusal() === null;
  const scanned = showsAll ? limit + 1 : MAX_SCANNED_NAMES;
  const stored = await streams.catalogue.names(after, scanned);
  const page = pageOfNames([stored, hub.names(after, scanned)], scanned, limit, filter);
  return {
    channels: page.names.map((channel) => ({
      channel,
      subscribers: hub.get(channel)?.subscriberCount ?? 0,
    })),
    ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
  };
}
