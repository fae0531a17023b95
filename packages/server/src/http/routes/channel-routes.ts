import type { Cursors } from "../../core/cursors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Reading } from "../../core/read.ts";
import { refuse } from "../../core/refusal.ts";
import type { Streams } from "../../core/streams.ts";
import { knownCaller } from "../api-access.ts";
import type { ApiInstance } from "../api-instance.ts";
import {
  CHANNEL_PARAMS,
  CHANNELS_QUERY,
  DEFAULT_PAGE,
  FOREIGN_CURSOR,
  PAGE_QUERY,
} from "../api-parameters.ts";
import { pageOfChannels } from "../channel-page.ts";
import { memberFields } from "../connection-fields.ts";
import { answers } from "../operation.ts";

/** What the calls about channels work with. */
export interface ChannelRoutePorts {
  readonly hub: Hub;
  readonly streams: Streams;
  readonly cursors: Cursors;
  readonly reading: Reading;
}

/** Says which channels there are, and who is in them. */
export function channelRoutes(api: ApiInstance, ports: ChannelRoutePorts): void {
  listChannels(api, ports);
  readChannel(api, ports);
  readPresence(api, ports);
  readReceipts(api, ports);
}

function listChannels(api: ApiInstance, ports: ChannelRoutePorts): void {
  const schema = {
    operationId: "listChannels",
    summary: "List the channels that hold messages or have subscribers, by name",
    description:
      "Only those that the key is for. With `match` or such a key, a page may hold fewer entries than the limit, even none, and still have a cursor: no call looks at more than 10 000 names.",
    tags: ["channels"],
    querystring: CHANNELS_QUERY,
    response: answers(200, "ChannelList", ["invalid_field", "invalid_pattern", "not_available"]),
  };
  api.get("/channels", { schema }, async (request, reply) => {
    const page = await pageOfChannels(ports, request.query, knownCaller(request));
    return "ok" in page ? reply.refuse(page) : page;
  });
}

function readChannel(api: ApiInstance, { hub, reading }: ChannelRoutePorts): void {
  const schema = {
    operationId: "readChannel",
    summary: "Read a channel's position and how many are in it",
    description:
      "A page that the backend has rendered up to this position can subscribe from it and miss nothing. Without history there is none.",
    tags: ["channels"],
    params: CHANNEL_PARAMS,
    response: answers(200, "Channel", ["invalid_channel", "not_available"]),
  };
  api.get("/channels/:channel", { schema }, async (request, reply) => {
    const { channel } = request.params;
    const found = await reading.head(channel);
    if (!found.ok) return reply.refuse(found);
    const members = hub.optionsOf(channel).presence ? { members: hub.get(channel)?.roster?.size ?? 0 } : {};
    return { channel, ...found.head, subscribers: subscribersOf(hub, channel), ...members };
  });
}

function readPresence(api: ApiInstance, { hub }: ChannelRoutePorts): void {
  const schema = {
    operationId: "readPresence",
    summary: "List who is present in a channel, in the order in which they came",
    tags: ["channels"],
    params: CHANNEL_PARAMS,
    querystring: PAGE_QUERY,
    response: answers(200, "Presence", ["invalid_channel", "invalid_field", "presence_off"]),
  };
  api.get("/channels/:channel/presence", { schema }, (request, reply) => {
    const { channel } = request.params;
    const { cursor = "0", limit = DEFAULT_PAGE } = request.query;
    if (!hub.optionsOf(channel).presence) return reply.refuse(refuse("presence_off"));
    if (!/^\d{1,15}$/.test(cursor)) return reply.refuse(refuse("invalid_field", FOREIGN_CURSOR));
    const roster = hub.get(channel)?.roster ?? null;
    const found = roster?.page(Number(cursor), limit + 1) ?? [];
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1)?.place : undefined;
    return reply.send({
      channel,
      count: roster?.size ?? 0,
      members: page.map(memberFields),
      ...(last === undefined ? {} : { cursor: `${last}` }),
    });
  });
}

function readReceipts(api: ApiInstance, { hub, cursors }: ChannelRoutePorts): void {
  const schema = {
    operationId: "readReceipts",
    summary: "List up to where each user has acknowledged a channel",
    tags: ["channels"],
    params: CHANNEL_PARAMS,
    querystring: PAGE_QUERY,
    response: answers(200, "Receipts", ["invalid_channel", "invalid_field", "history_off", "not_available"]),
  };
  api.get("/channels/:channel/receipts", { schema }, async (request, reply) => {
    const { channel } = request.params;
    const { cursor = "", limit = DEFAULT_PAGE } = request.query;
    if (hub.optionsOf(channel).history === null) return reply.refuse(refuse("history_off"));
    const found = await cursors.receipts(channel, cursor, limit + 1);
    const receipts = found
      .slice(0, limit)
      .map(({ user, offset, timeMs }) => ({ user, offset, time: timeMs }));
    const last = found.length > limit ? receipts.at(-1)?.user : undefined;
    return { channel, receipts, ...(last === undefined ? {} : { cursor: last }) };
  });
}

function subscribersOf(hub: Hub, channel: string): number {
  return hub.get(channel)?.subscriberCount ?? 0;
}
