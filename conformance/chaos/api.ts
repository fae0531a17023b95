import { isContentOf } from "./content.ts";
import type { ChannelEvidence, Stored } from "./evidence.ts";
import type { ChaosChannel } from "./channels.ts";
import type { ServerAddress } from "./doors/door.ts";
import { askApi } from "./http-request.ts";

const PAGE = 1000;

/** Reads all that a channel holds, through the history API, page by page. */
export async function readChannel(server: ServerAddress, channel: ChaosChannel): Promise<ChannelEvidence> {
  const history: Stored[] = [];
  let since = "earliest";
  for (;;) {
    const path = `/api/channels/${channel.name}/messages?limit=${PAGE}&since=${since}`;
    const page = await get(server, path);
    const head = { epoch: textOf(page, "epoch"), offset: numberOf(page, "offset") };
    for (const message of listOf(page, "messages")) history.push(storedOf(channel.name, message));
    const last = history.at(-1);
    if (last === undefined || valueOf(page, "more") !== true) return { ...channel, history, head };
    since = `${last.epoch}:${last.offset}`;
  }
}

/** Where a channel ends. */
export async function readHead(
  server: ServerAddress,
  channel: string,
): Promise<{ readonly epoch: string; readonly offset: number }> {
  const found = await get(server, `/api/channels/${channel}`);
  return { epoch: textOf(found, "epoch"), offset: numberOf(found, "offset") };
}

/** How far a user has read a channel; null when the server does not know. */
export async function readReceipt(
  server: ServerAddress,
  channel: string,
  user: string,
): Promise<number | null> {
  const page = await get(server, `/api/channels/${channel}/receipts?limit=1000`);
  const receipt = listOf(page, "receipts").find((one) => valueOf(one, "user") === user);
  return receipt === undefined ? null : numberOf(receipt, "offset");
}

async function get(server: ServerAddress, path: string): Promise<unknown> {
  const { status, body } = await askApi(server, "GET", path);
  if (status !== 200) throw new Error(`${path}: ${JSON.stringify(body)}`);
  return body;
}

function storedOf(channel: string, message: unknown): Stored {
  const id = textOf(message, "id");
  const intact = isContentOf(channel, id, valueOf(message, "data"));
  return { epoch: textOf(message, "epoch"), offset: numberOf(message, "offset"), id, intact };
}

function valueOf(object: unknown, field: string): unknown {
  if (typeof object !== "object" || object === null) throw new Error(`no object: ${String(object)}`);
  return Object.entries(object).find(([name]) => name === field)?.[1];
}

function textOf(object: unknown, field: string): string {
  const value = valueOf(object, field);
  if (typeof value !== "string") throw new Error(`no ${field} in ${JSON.stringify(object)}`);
  return value;
}

function numberOf(object: unknown, field: string): number {
  const value = valueOf(object, field);
  if (typeof value !== "number") throw new Error(`no ${field} in ${JSON.stringify(object)}`);
  return value;
}

function listOf(object: unknown, field: string): readonly unknown[] {
  const value = valueOf(object, field);
  if (!Array.isArray(value)) throw new Error(`no ${field} in ${JSON.stringify(object)}`);
  return value;
}
