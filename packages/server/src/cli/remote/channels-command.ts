import Type, { type Static } from "typebox";
import type { Command } from "commander";
import { paintOn } from "../colours.ts";
import { command, printsJson, withExamples, withJson } from "../command.ts";
import { table } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type RemotePorts, serverApi, withServer } from "./remote-command.ts";
import type { ServerApi } from "./server-api.ts";
import type { TargetOptions } from "./server-target.ts";

const EXAMPLES = [
  ["tidewire channels", "the first page"],
  [`tidewire channels 'chat.**' --limit 10`, "those that match a pattern"],
] as const;

interface ChannelsOptions extends TargetOptions {
  readonly limit: string;
  readonly after?: string;
}

const MAX_LIMIT = 1000;
/** Calls about single channels at the same time. */
const IN_FLIGHT = 16;

const PAGE = Type.Object({
  channels: Type.Array(Type.Object({ channel: Type.String() })),
  cursor: Type.Optional(Type.String()),
});
const CHANNEL = Type.Object({
  channel: Type.String(),
  epoch: Type.Optional(Type.String()),
  offset: Type.Optional(Type.Integer()),
  subscribers: Type.Integer(),
  members: Type.Optional(Type.Integer()),
});

/** One page of channels, each as it is now. */
interface ChannelPage {
  readonly channels: readonly Static<typeof CHANNEL>[];
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string;
}

/** `tidewire channels`: which there are, their positions, and how many are in them. */
export function channelsCommand(ports: RemotePorts): Command {
  const channels = command("channels", "List the channels of a running server, by name.")
    .argument("[pattern]", 'Only those that match, such as "chat.**".')
    .option("--limit <number>", `Channels on one page, up to ${MAX_LIMIT}.`, "50")
    .option("--after <cursor>", "Go on where the page before says.");
  return withExamples(withServer(withJson(channels), { needsKey: true }), EXAMPLES).action(
    (pattern: string | undefined, options: ChannelsOptions) =>
      ports.run(async () => {
        const page = await readPage(await serverApi(options, ports), pattern, options);
        if (printsJson(options, ports.terminal)) ports.terminal.print(JSON.stringify(page, null, 2));
        else for (const line of pageLines(page, ports.terminal)) ports.terminal.print(line);
        return 0;
      }),
  );
}

/** Reads until the page is full: with a pattern, the server may find none among those that it looks at in one call. */
async function readPage(
  api: ServerApi,
  match: string | undefined,
  { limit, after }: ChannelsOptions,
): Promise<ChannelPage> {
  const wanted = limitOf(limit);
  const found: string[] = [];
  let cursor = after;
  do {
    const query = new URLSearchParams({ limit: String(wanted - found.length) });
    if (match !== undefined) query.set("match", match);
    if (cursor !== undefined) query.set("cursor", cursor);
    const page = await api.call("GET", `/api/channels?${query.toString()}`, PAGE);
    found.push(...page.channels.map(({ channel }) => channel));
    cursor = page.cursor;
  } while (cursor !== undefined && found.length < wanted);
  const channels: Static<typeof CHANNEL>[] = [];
  for (let at = 0; at < found.length; at += IN_FLIGHT) {
    const some = found.slice(at, at + IN_FLIGHT);
    const read = some.map((name) => api.call("GET", `/api/channels/${encodeURIComponent(name)}`, CHANNEL));
    channels.push(...(await Promise.all(read)));
  }
  return { channels, ...(cursor !== undefined && { cursor }) };
}

function limitOf(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new UsageError(`--limit must be a number from 1 to ${MAX_LIMIT}, not ${text}.`);
}

function pageLines({ channels, cursor }: ChannelPage, terminal: Terminal): readonly string[] {
  if (channels.length === 0) return ["No channel holds messages or has subscribers."];
  const rows = channels.map(({ channel, epoch, offset, subscribers, members }) => [
    channel,
    String(subscribers),
    offset === undefined ? "–" : String(offset),
    epoch ?? "–",
    members === undefined ? "–" : String(members),
  ]);
  const [head = "", ...lines] = table([["channel", "subscribers", "offset", "epoch", "members"], ...rows]);
  const more = cursor === undefined ? [] : ["", `There are more: --after ${cursor}`];
  return [paintOn(terminal)("bold", head), ...lines, ...more];
}
