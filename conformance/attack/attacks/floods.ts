import { NativeClient } from "../../../packages/server/test/support/native-client.ts";
import { rawFrame } from "../../../packages/websocket/test/support/raw-frame.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";
import { dial, exchange, request } from "../support/raw-http.ts";
import { pour, rawWebSocket } from "../support/raw-websocket.ts";

const MAX_SUBSCRIPTIONS = 200;

function command(fields: object): Uint8Array {
  return rawFrame({ opcode: 1, payload: JSON.stringify(fields) });
}

function* repeated(count: number, make: (index: number) => Uint8Array): Generator<Uint8Array> {
  for (let i = 0; i < count; i += 1) yield make(i);
}

/** More channels than anybody reads. */
export const channelLists: Attack = {
  name: "huge channel lists",
  target: "open",
  tried:
    "20 000 channels in one URL, 1000 in a URL that still fits, 3000 in one `connect`, and 20 000 subscribes and unsubscribes in a row",
  defence:
    "a session has its 200 subscriptions; the rest is refused one by one, and a head that is too long as a whole",
  async run(arena) {
    const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `a${i}`);
    const headers = [
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    const long = `GET /connect?channels=${names(20_000).join(",")} HTTP/1.1`;
    const { answers } = await exchange(arena, request(arena, long, headers));
    const status = answers[0]?.status ?? 0;
    arena.expect(status === 400 || status === 431 || status === 0, `a head of 120 KB was answered ${status}`);
    arena.count(`URL of 20 000: ${status}`);
    const byUrl = await NativeClient.open(arena, arena, `channels=${names(1000).join(",")}`).catch(
      () => null,
    );
    arena.count(`URL of 1000: ${byUrl === null ? "refused" : await subscribed(arena, byUrl)}`);
    const byCommand = await NativeClient.open(arena, arena);
    byCommand.send({
      type: "connect",
      subscriptions: Object.fromEntries(names(3000).map((name) => [name, {}])),
    });
    arena.count(`connect with 3000: ${await subscribed(arena, byCommand)}`);
    const restless = await rawWebSocket(arena, "user=mallory");
    restless.socket.removeAllListeners("data").resume();
    const turns = arena.amount(20_000, 100_000);
    const taken = await pour(
      restless,
      repeated(turns, (i) =>
        command({ type: i % 2 === 0 ? "subscribe" : "unsubscribe", channel: `b${i >> 1}` }),
      ),
    );
    arena.count(`${turns} subscribes and unsubscribes: ${taken ? "obeyed" : "closed"}`);
    return arena.outcomes();
  },
};

async function subscribed(arena: Arena, client: NativeClient): Promise<string> {
  await client.settled().catch(() => []);
  const count = client.frames.filter(({ type }) => type === "subscribed").length;
  arena.expect(count <= MAX_SUBSCRIPTIONS, `a session has ${count} subscriptions`);
  client.socket.terminate();
  return `${count} subscribed${client.isClosed ? ", closed" : ""}`;
}

/** People who come and go. */
export const presenceFlood: Attack = {
  name: "presence flood",
  target: "open",
  tried:
    "a room with presence that hundreds of members with 2 KB of info each enter and leave at once, again and again, before the eyes of a member who reads slowly",
  defence:
    "joins and leaves are joined in one frame per turn, and dropped for the state where they pile up; memory stays bounded",
  async run(arena) {
    const channel = `attack.room.${Math.random().toString(36).slice(2)}`;
    const watcher = await NativeClient.open(arena, arena, `user=watcher&channels=${channel}`);
    await watcher.next("subscribed");
    const members = arena.amount(60, 300);
    const info = "x".repeat(2000);
    const crowd = await Promise.all(
      Array.from({ length: members }, async (_, i) => {
        const client = await rawWebSocket(arena);
        client.socket.removeAllListeners("data").resume();
        client.write(command({ type: "connect", user: `m${i}`, info }));
        return client;
      }),
    );
    const rounds = arena.amount(10, 20);
    for (let round = 0; round < rounds; round += 1) {
      for (const client of crowd) client.write(command({ type: "subscribe", channel }));
      for (const client of crowd) client.write(command({ type: "unsubscribe", channel }));
    }
    for (const client of crowd) client.write(command({ type: "subscribe", channel }));
    let present = 0;
    while (present < members + 1) {
      watcher.send({ type: "presence", id: 1, channel });
      present = (await watcher.answer("presence", 1)).members.length;
    }
    const frames = watcher.frames.filter(({ type }) => type === "join" || type === "leave").length;
    arena.expect(!watcher.isClosed, "the watcher was thrown out");
    for (const client of crowd) client.destroy();
    return `${members * rounds * 2} joins and leaves reached the watcher in ${frames} frames`;
  },
};

/** Messages as fast as they can be written. */
export const publishFlood: Attack = {
  name: "publish flood",
  target: "open",
  tried: "tens of thousands of publishes without waiting, from several connections, to channels of their own",
  defence: "a connection is read no faster than its commands are carried out",
  async run(arena) {
    const publishes = arena.amount(5000, 30_000);
    await Promise.all(
      Array.from({ length: 4 }, async (_, i) => {
        const client = await rawWebSocket(arena, "user=mallory");
        client.socket.removeAllListeners("data").resume();
        const flood = command({ type: "publish", channel: `attack.memory.flood${i}`, data: "x".repeat(200) });
        const taken = await pour(
          client,
          repeated(publishes, () => flood),
        );
        arena.count(taken ? "all taken" : "closed");
        client.destroy();
      }),
    );
    return `4 × ${publishes}: ${arena.outcomes()}`;
  },
};

/** Answers that nobody reads. */
export const unreadAnswers: Attack = {
  name: "answers that nobody reads",
  target: "open",
  tried:
    "connections that ask for the whole history of a full channel hundreds of times, subscribe to it from the earliest message, and read nothing; event streams of it that nobody reads; polls that are never read",
  defence:
    "who does not read is not listened to: memory is bounded by what one connection may have under way",
  async run(arena) {
    const channel = "attack.memory.full";
    const messages = Array.from({ length: 100 }, () => ({ channel, data: "x".repeat(9000) }));
    await arena.server.call("POST", "/api/publish", { messages });
    const connections = arena.amount(4, 20);
    const asks = arena.amount(300, 1000);
    const ask = command({ type: "history", channel, since: "earliest", limit: 1000 });
    const clients = await Promise.all(
      Array.from({ length: connections }, () => rawWebSocket(arena, `channels=${channel}&since=earliest`)),
    );
    for (const { socket } of clients) socket.pause();
    for (const client of clients) for (let i = 0; i < asks; i += 1) client.write(ask);
    const query = `channels=${channel}&since=earliest`;
    const streams = Array.from({ length: connections * 5 }, () =>
      deaf(arena, `GET /events?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`),
    );
    const polls = Array.from({ length: connections * 5 }, () =>
      deaf(arena, `GET /poll?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`.repeat(10)),
    );
    await Promise.all([...streams, ...polls]);
    await serveSomebodyElse(arena, channel);
    for (const client of clients) client.destroy();
    return `${connections} connections asked for ${asks} × 0.9 MB each, ${connections * 10} streams and polls for 0.9 MB each`;
  },
};

/** Requests and lines in a row, whose answers nobody reads. */
export const pipelining: Attack = {
  name: "pipelined requests",
  target: "open",
  tried:
    "thousands of requests for pages, the SDK, the API's description and (with the key) histories on one connection without reading an answer, on many connections; as many raw-TCP lines",
  defence:
    "a connection with 16 unanswered requests is closed; lines are not read while their answers are not",
  async run(arena) {
    const { apiKey } = arena.server;
    const channel = "attack.memory.full";
    const messages = Array.from({ length: 100 }, () => ({ channel, data: "x".repeat(9000) }));
    await arena.server.call("POST", "/api/publish", { messages });
    const get = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${more}\r\n`;
    const texts = [
      get("/"),
      get("/client.js"),
      get("/api/openapi.json"),
      get("/nowhere"),
      get(
        `/api/channels/${channel}/messages?since=earliest&limit=1000`,
        `Authorization: Bearer ${apiKey}\r\n`,
      ),
      `${JSON.stringify({ from: "api", key: apiKey, channel: "attack.memory.lines", data: 1 })}\n`,
    ];
    const each = arena.amount(5, 10);
    const sockets = await Promise.all(
      texts.flatMap((text) => Array.from({ length: each }, () => deaf(arena, text.repeat(3000)))),
    );
    await serveSomebodyElse(arena, channel);
    const closed = sockets.filter(
      (socket) => socket.destroyed || socket.errored !== null || !socket.writable,
    );
    for (const socket of sockets) socket.destroy();
    return `${sockets.length} connections × 3000, ${closed.length} of them closed`;
  },
};

async function deaf(arena: Arena, bytes: string): ReturnType<typeof dial> {
  const socket = await dial(arena);
  socket.pause();
  socket.write(bytes);
  return socket;
}

/** Gives the server time for all that it is going to take from others: as long as it needs for 20 honest clients. */
async function serveSomebodyElse(arena: Arena, channel: string): Promise<void> {
  for (let i = 0; i < 20; i += 1) {
    const honest = await NativeClient.open(arena, arena, `channels=${channel}`);
    await honest.next("subscribed");
    honest.socket.terminate();
  }
}

/** Names that fall into the same places of a hash table. */
export const hashFlooding: Attack = {
  name: "hash flooding",
  target: "open",
  tried:
    "objects whose members are numbers that V8's tables put into one place (multiples of a power of two), as data, as subscriptions and as channel names, against as many ordinary ones",
  defence: "what fits into one message costs no more than a moment",
  async run(arena) {
    const hostile = Array.from({ length: 4000 }, (_, i) => String((i * 8192) % 16_777_216));
    const ordinary = Array.from({ length: 4000 }, (_, i) => String(1_000_000 + i * 7));
    const client = await NativeClient.open(arena, arena, "user=mallory");
    await client.connected();
    const times: number[] = [];
    for (const names of [ordinary, hostile]) {
      const beganMs = performance.now();
      for (let i = 0; i < 20; i += 1) {
        const data = Object.fromEntries(names.map((name) => [name, 1]));
        client.send({ type: "publish", id: 1, channel: "attack.memory.hash", data });
        await client.until((push) => "id" in push, "an answer");
      }
      times.push((performance.now() - beganMs) / 20);
    }
    const [ordinaryMs = 0, hostileMs = 0] = times;
    arena.expect(hostileMs < 1000, `a message of hostile names took ${hostileMs} ms`);
    for (let i = 0; i < 2000; i += 1) client.send({ type: "history", channel: hostile[i] });
    await client.settled();
    client.socket.terminate();
    return `4000 names in one message: ${hostileMs.toFixed(1)} ms, ordinary ones ${ordinaryMs.toFixed(1)} ms`;
  },
};
