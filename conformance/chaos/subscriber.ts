import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { decodePush, type Position, type Push } from "@tidewire/protocol";
import { WebSocket } from "ws";
import type { ServerAddress } from "./doors/door.ts";
import type { Asked, Heard, SubscriberEvidence } from "./evidence.ts";
import { heardOf, positionAfter } from "./heard.ts";
import type { Random } from "../support/random.ts";

/**
 * What a subscriber does beside reading.
 *
 * `steady` only comes back when the server died; `restless` drops its connection, or opens the next one beside it;
 * `slow` stops reading for a while, with the connection open; `sleepy` is away for seconds, as a locked phone is.
 */
export type Manner = "steady" | "restless" | "slow" | "sleepy";

/** How a subscriber goes about it. */
export interface SubscriberPlan {
  readonly name: string;
  readonly user: string;
  readonly channels: readonly string[];
  readonly manner: Manner;
  readonly since: "earliest" | null;
  /** Whether it says from time to time how far it has read. */
  readonly acknowledges: boolean;
}

/** Where every subscriber is to be before a run may end. */
export type Heads = ReadonlyMap<string, Position>;

const RETRY_MS = 30;
const ACKNOWLEDGE_EVERY = 25;

/**
 * A client that follows docs/protocol.md by its own small code, and writes down every frame of its channels.
 *
 * It keeps one position for each channel, and gives all of them in one `connect` when it comes back.
 */
export class Subscriber implements SubscriberEvidence {
  readonly name: string;
  readonly heard: ReadonlyMap<string, Heard[]>;
  readonly complaints: string[] = [];
  /** The furthest position of this user that the server has confirmed, by channel. */
  readonly confirmed: Map<string, number> = new Map();
  connections = 0;
  readonly #plan: SubscriberPlan;
  readonly #server: ServerAddress;
  readonly #random: Random;
  readonly #positions: Map<string, Position> = new Map();
  #asked: ReadonlyMap<string, Asked> = new Map();
  #session: string | null = null;
  /** The one that counts; what an older one still says is not heard any more. */
  #socket: WebSocket | null = null;
  #isSettled = false;
  #isStopped = false;
  #moved: () => void = () => {};

  constructor(plan: SubscriberPlan, server: ServerAddress, random: Random) {
    this.name = plan.name;
    this.heard = new Map(plan.channels.map((channel) => [channel, []]));
    this.#plan = plan;
    this.#server = server;
    this.#random = random;
  }

  /** Reads, and comes back, until it is stopped. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      const socket = await this.#connect();
      if (socket === null) {
        await wait(this.#random.integer(5, RETRY_MS));
        continue;
      }
      const closed = once(socket, "close");
      await Promise.race([closed, this.#misbehave(socket)]);
    }
    this.#socket?.terminate();
  }

  /** Does nothing but read from now on; resolves when it has come to these heads. */
  async reach(heads: Heads): Promise<void> {
    this.#isSettled = true;
    this.#socket?.resume();
    while (!this.#isAt(heads)) {
      await new Promise<void>((resolve) => {
        this.#moved = resolve;
      });
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#socket?.terminate();
  }

  /** What a person needs who asks why it does not come to these heads. */
  whereItIs(heads: Heads): string {
    return `is at its end: ${this.#isAt(heads)}, socket state: ${this.#socket?.readyState ?? "none"}`;
  }

  #isAt(heads: Heads): boolean {
    return this.#plan.channels.every((channel) => {
      const head = heads.get(channel);
      const position = this.#positions.get(channel);
      if (head === undefined || head.offset === 0) return true;
      return (
        position?.offset === head.offset && (position.epoch === head.epoch || !channel.startsWith("memory."))
      );
    });
  }

  async #connect(): Promise<WebSocket | null> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#server.port}/connect`);
    // An error of a connection is followed by its close; without a listener it would end the process.
    socket.on("error", () => {});
    const opened = await Promise.race([
      once(socket, "open").then(
        () => true,
        () => false,
      ),
      once(socket, "close").then(
        () => false,
        () => false,
      ),
    ]);
    if (!opened) return null;
    this.connections += 1;
    this.#socket = socket;
    socket.on("message", (bytes: Buffer) => {
      if (this.#socket === socket) this.#receive(socket, bytes.toString("utf8"));
    });
    socket.send(this.#connectCommand());
    return socket;
  }

  #connectCommand(): string {
    const { channels, since, user } = this.#plan;
    this.#asked = new Map(channels.map((channel) => [channel, this.#positions.get(channel) ?? since]));
    const subscriptions = Object.fromEntries(
      [...this.#asked].map(([channel, asked]) => [channel, asked === null ? {} : { since: asked }]),
    );
    const session = this.#session === null ? {} : { session: this.#session };
    return JSON.stringify({ type: "connect", id: 1, user, subscriptions, ...session });
  }

  /** Resolves when the subscriber wants another connection; never, if it does not. */
  async #misbehave(socket: WebSocket): Promise<void> {
    const { manner } = this.#plan;
    const random = this.#random;
    while (this.#socket === socket && socket.readyState === WebSocket.OPEN) {
      await wait(random.integer(50, 1500));
      if (this.#isSettled || this.#isStopped || manner === "steady") continue;
      if (manner === "slow") {
        socket.pause();
        await wait(random.integer(200, 4000));
        socket.resume();
        continue;
      }
      // Half of the restless ones leave the old connection open: the new one takes its session over.
      if (manner === "sleepy" || random.chance(0.5)) socket.terminate();
      this.#socket = null;
      if (manner === "sleepy") await wait(random.integer(300, 4000));
      return;
    }
  }

  #receive(socket: WebSocket, text: string): void {
    const push = decodePush(text);
    if (push === undefined) this.complaints.push(`a frame that means nothing: ${text.slice(0, 200)}`);
    else if (push.type === "connected") this.#session = push.session;
    else if (push.type === "error") this.#failed(socket, push);
    else if (push.type === "acked") this.#confirm(push.channel, push.offset);
    else this.#hear(socket, push);
    this.#moved();
  }

  /** What may be tried again is tried again on another connection, and on this one nothing counts any more. */
  #failed(socket: WebSocket, { code, message, retryable, channel }: Extract<Push, { type: "error" }>): void {
    if (!retryable) this.complaints.push(`${code} for ${channel ?? "everything"}: ${message}`);
    this.#socket = null;
    socket.terminate();
  }

  #hear(socket: WebSocket, push: Push): void {
    const channel = "channel" in push ? push.channel : undefined;
    const heard = channel === undefined ? undefined : this.heard.get(channel);
    if (channel === undefined || heard === undefined) return;
    const asked = this.#asked.get(channel) ?? null;
    const frame = heardOf(push, asked);
    if (frame === null) {
      this.complaints.push(`an unexpected ${push.type}`);
      return;
    }
    heard.push(frame);
    const position = positionAfter(frame);
    if (position !== null) this.#positions.set(channel, position);
    if (push.type === "message" && (push.offset ?? 1) % ACKNOWLEDGE_EVERY === 0) {
      this.#acknowledge(socket, channel, push.offset ?? 0);
    }
  }

  #acknowledge(socket: WebSocket, channel: string, offset: number): void {
    if (!this.#plan.acknowledges || socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify({ type: "ack", id: offset, channel, offset }));
  }

  #confirm(channel: string, offset: number): void {
    const before = this.confirmed.get(channel) ?? 0;
    this.confirmed.set(channel, Math.max(before, offset));
  }
}
