import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { decodePush, type Push } from "@tidewire/protocol";
import { isDeepStrictEqual } from "node:util";
import { WebSocket } from "ws";
import { CHANNELS } from "./soak-settings.ts";

/** What an auditor has been given. */
export interface Account {
  readonly name: string;
  readonly channel: string;
  readonly delivered: number;
  /** Messages that it was told it did not get. */
  readonly dropped: number;
  /** Offsets that came twice or out of order, and gaps. */
  readonly faults: readonly string[];
  /** The last data of each key. */
  readonly latest: ReadonlyMap<string, unknown>;
}

/**
 * A subscriber that stays from the beginning to the end of a run and keeps account of one channel.
 *
 * One that is slow stops reading for some time again and again.
 */
export class Auditor implements Account {
  readonly name: string;
  readonly channel: string;
  readonly latest: Map<string, unknown> = new Map();
  readonly faults: string[] = [];
  delivered = 0;
  dropped = 0;
  readonly #socket: WebSocket;
  #offset = 0;
  #last: unknown;
  #isStopped = false;

  private constructor(name: string, channel: string, socket: WebSocket) {
    this.name = name;
    this.channel = channel;
    this.#socket = socket;
  }

  static async start(url: string, name: string, channel: string): Promise<Auditor> {
    const socket = new WebSocket(`${url.replace("http", "ws")}/connect?user=${name}&channels=${channel}`);
    const auditor = new Auditor(name, channel, socket);
    const subscribed = new Promise<void>((resolve, reject) => {
      socket.on("message", (data: Buffer) => {
        const push = decodePush(data.toString());
        if (push?.type === "subscribed" && push.channel === channel) resolve();
        if (push !== undefined) auditor.#take(push);
      });
      socket.on("error", reject);
      socket.on("close", (code) => {
        if (!auditor.#isStopped) auditor.faults.push(`the connection was closed with ${code}`);
      });
    });
    await subscribed;
    return auditor;
  }

  /** Reads for a while, then leaves everything where it is for a while, until it is stopped. */
  async readSlowly(readMs: number, pauseMs: number): Promise<void> {
    while (!this.#isStopped) {
      await wait(readMs);
      this.#socket.pause();
      await wait(pauseMs);
      this.#socket.resume();
    }
  }

  /** Whether the last message has come; on the ticker, the last price of every symbol. */
  hasHeardTheLast(prices: ReadonlyMap<string, unknown>): boolean {
    if (this.channel !== CHANNELS.ticker) return this.#last === "last";
    return [...prices].every(([symbol, price]) => isDeepStrictEqual(this.latest.get(symbol), price));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#socket.resume();
    this.#socket.close();
    if (this.#socket.readyState !== WebSocket.CLOSED) await once(this.#socket, "close");
  }

  #take(push: Push): void {
    if (!("channel" in push) || push.channel !== this.channel) return;
    if (push.type === "gap") this.faults.push(`a gap from ${push.from} to ${push.to}`);
    if (push.type === "subscribed") this.#offset = push.offset ?? 0;
    if (push.type !== "message") return;
    this.delivered += 1;
    this.#last = push.data;
    this.dropped += push.dropped ?? 0;
    if (push.key !== undefined) this.latest.set(push.key, push.data);
    // A snapshot repeats a value that a client may have, so only `deliver: all` is held to strictly growing offsets.
    if (push.offset === undefined || push.key !== undefined) return;
    if (push.offset <= this.#offset) this.faults.push(`offset ${push.offset} after ${this.#offset}`);
    this.#offset = push.offset;
  }
}
