import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import type { Random } from "../support/random.ts";
import { ALL_ROOMS, CHANNELS, ROOMS, roomName } from "./soak-settings.ts";

const LONGEST_LIFE_MS = 6000;

/** Counts what all restless clients do. */
export interface Restlessness {
  lives: number;
  /** Publishes that were acknowledged. */
  published: number;
}

/** Somebody who comes, does what people do, and leaves, again and again, each time by another way. */
export async function beRestless(
  url: string,
  name: string,
  random: Random,
  counts: Restlessness,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    counts.lives += 1;
    const channels = [roomName(random.integer(0, ROOMS - 1)), random.pick(CHANNELS_TO_VISIT)];
    const query = `user=${name}&channels=${channels.join()}`;
    const lifeMs = random.integer(20, LONGEST_LIFE_MS);
    if (random.chance(0.7)) await liveOnWebSocket(url, query, channels[0] ?? "", lifeMs, random, counts);
    else await liveOnHttp(url, `${random.chance(0.5) ? "/events" : "/poll"}?${query}`, lifeMs);
    await wait(random.integer(0, 300));
  }
}

const CHANNELS_TO_VISIT: readonly [string, ...string[]] = [
  CHANNELS.all,
  CHANNELS.live,
  CHANNELS.ticker,
  CHANNELS.danmaku,
];

async function liveOnWebSocket(
  url: string,
  query: string,
  room: string,
  lifeMs: number,
  random: Random,
  counts: Restlessness,
): Promise<void> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/connect?${query}`);
  const closed = once(socket, "close").catch(() => {});
  // A kick or a ban ends it, too.
  socket.on("error", () => socket.terminate());
  socket.on("message", (data: Buffer) => {
    if (data.includes('"type":"published"')) counts.published += 1;
  });
  socket.on("open", () => {
    const say = (command: object): void => socket.send(JSON.stringify(command));
    say({ type: "subscribe", id: 1, channel: roomName(random.integer(0, ROOMS - 1)) });
    for (let id = 10; id < 10 + random.integer(0, 4); id += 1) {
      say({ type: "publish", id, channel: room, data: { text: "x".repeat(random.integer(1, 200)) } });
    }
    say({ type: "presence", id: 2, channel: room });
    say({ type: "history", id: 3, channel: room, limit: 20, order: "desc" });
    say({ type: "ack", channel: CHANNELS.all, offset: 1 });
    if (random.chance(0.2)) say({ type: "subscribe", id: 5, channel: ALL_ROOMS });
    if (random.chance(0.2))
      say({ type: "rate", id: 6, channel: CHANNELS.ticker, maxRate: random.integer(1, 5) });
    if (random.chance(0.3)) say({ type: "unsubscribe", id: 4, channel: room });
    if (random.chance(0.2)) socket.pause();
  });
  await Promise.race([closed, wait(lifeMs)]);
  socket.resume();
  if (random.chance(0.5)) socket.terminate();
  else socket.close();
  await closed;
}

/** Reads an event stream or a poll, and breaks off in the middle. */
async function liveOnHttp(url: string, path: string, lifeMs: number): Promise<void> {
  const asking = request(`${url}${path}`, { agent: false });
  const ended = once(asking, "close").catch(() => {});
  asking.on("error", () => asking.destroy());
  asking.on("response", (response) => response.resume());
  asking.end();
  await Promise.race([ended, wait(lifeMs)]);
  asking.destroy();
  await ended;
}
