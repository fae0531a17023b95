import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../support/random.ts";
import type { ServerProcess } from "../support/server-process.ts";
import { CHANNELS, SYMBOLS } from "./soak-settings.ts";

interface Push {
  readonly channel?: string;
  readonly user?: string;
  readonly data: unknown;
  readonly priority?: "high";
}

/** One round of the backend's day; the rest of the time it waits. */
const ROUND_MS = 100;

/**
 * The backend of the run: it publishes by HTTP and raw TCP, writes to inboxes, sends people away, purges, and takes webhooks.
 *
 * It counts what was acknowledged.
 */
export class Backend {
  /** Acknowledged publishes by channel, inboxes among them. */
  readonly published: Map<string, number> = new Map();
  readonly lastPrices: Map<string, unknown> = new Map();
  webhooks = 0;
  kicks = 0;
  readonly #server: ServerProcess;
  readonly #random: Random;
  readonly #users: readonly string[];
  readonly #lines: Socket;
  #answered = 0;
  #sent = 0;
  #told: () => void = () => {};

  private constructor(server: ServerProcess, users: readonly string[], random: Random) {
    this.#server = server;
    this.#users = users;
    this.#random = random;
    this.#lines = connect(server.port, "127.0.0.1");
    this.#lines.on("data", (chunk: Buffer) => {
      for (const byte of chunk) if (byte === 0x0a) this.#answered += 1;
      this.#told();
    });
  }

  static async start(server: ServerProcess, users: readonly string[], random: Random): Promise<Backend> {
    const backend = new Backend(server, users, random);
    await once(backend.#lines, "connect");
    return backend;
  }

  /** Takes webhooks on a port of its own; every tenth is answered with an error, to be sent again. */
  takeWebhooks(listener: Server): void {
    listener.on("request", (asked, answer) => {
      asked.resume();
      asked.on("end", () => {
        this.webhooks += 1;
        answer.writeHead(this.webhooks % 10 === 0 ? 503 : 200).end();
      });
    });
  }

  async run(isOver: () => boolean): Promise<void> {
    for (let round = 0; !isOver(); round += 1) {
      const startMs = performance.now();
      await this.#round(round);
      await wait(Math.max(0, startMs + ROUND_MS - performance.now()));
    }
  }

  /** The last word on each channel, so that what was held back or dropped before it is told of. */
  async finish(): Promise<void> {
    await this.#publish([
      { channel: CHANNELS.all, data: "last" },
      { channel: CHANNELS.live, data: "last" },
      { channel: CHANNELS.danmaku, data: "last", priority: "high" },
    ]);
  }

  close(): void {
    this.#lines.destroy();
  }

  async #round(round: number): Promise<void> {
    const random = this.#random;
    await this.#publish([
      ...times(4, () => ({ channel: CHANNELS.all, data: { text: "x".repeat(random.integer(1, 2000)) } })),
      ...times(4, () => ({ channel: CHANNELS.live, data: { round } })),
      ...times(8, () => ({ channel: CHANNELS.danmaku, data: { text: `comment ${round}` } })),
      { user: this.#someUser(), data: { round } },
    ]);
    await this.#tick(round);
    if (round % 7 === 0) await this.#sendAway();
    if (round % 50 === 0) await this.#server.call("DELETE", "/api/channels/soak.room.0/messages");
    if (round % 20 === 0) await this.#server.call("POST", "/api/broadcast", { data: { round } });
    if (round % 100 === 0) process.kill(this.#server.pid, "SIGHUP");
  }

  async #publish(messages: readonly Push[]): Promise<void> {
    await this.#server.call("POST", "/api/publish", { messages });
    for (const { channel, user } of messages) this.#count(channel ?? `@${user}`);
  }

  /** New prices over raw TCP, all in one write. */
  async #tick(round: number): Promise<void> {
    const lines = times(20, () => {
      const symbol = `S${this.#random.integer(0, SYMBOLS - 1)}`;
      const data = { price: this.#random.integer(1, 100_000), round };
      this.lastPrices.set(symbol, data);
      const key = this.#server.apiKey;
      return JSON.stringify({ from: "api", key, channel: CHANNELS.ticker, messageKey: symbol, data });
    });
    this.#sent += lines.length;
    this.#lines.write(`${lines.join("\n")}\n`);
    while (this.#answered < this.#sent) {
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
    for (const _line of lines) this.#count(CHANNELS.ticker);
  }

  async #sendAway(): Promise<void> {
    const user = this.#someUser();
    this.kicks += 1;
    await this.#server.call("POST", `/api/users/${user}/disconnect`, { reason: "endurance" });
    if (this.#random.chance(0.3)) {
      await this.#server.call("PUT", `/api/users/${user}/ban`, { for: "1s", reason: "endurance" });
    }
  }

  #someUser(): string {
    return this.#users[this.#random.integer(0, this.#users.length - 1)] ?? "nobody";
  }

  #count(channel: string): void {
    this.published.set(channel, (this.published.get(channel) ?? 0) + 1);
  }
}

/** Listens for webhooks before there is a server that sends them. */
export async function openWebhookListener(): Promise<{ readonly listener: Server; readonly url: string }> {
  const listener = createServer();
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("the listener has no port");
  return { listener, url: `http://127.0.0.1:${address.port}/` };
}

function times<Value>(count: number, make: () => Value): readonly Value[] {
  return Array.from({ length: count }, make);
}
