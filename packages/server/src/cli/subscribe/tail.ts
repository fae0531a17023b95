import {
  type ConnectedPush,
  decodePush,
  encodeCommand,
  type ErrorPush,
  mayReconnect,
  type Push,
} from "@tidewire/protocol";
import { type ClientConnection, connectWebSocket } from "@tidewire/websocket";
import { VERSION } from "../../base/version.ts";
import type { FollowedChannels } from "./followed-channels.ts";

/** Who a tail says that it is. */
export interface TailIdentity {
  readonly token?: string;
  /** Believed in open mode only. */
  readonly user?: string;
}

/** What a tail tells. */
export interface TailListener {
  /** A push that is new, and its text as the server wrote it. */
  onPush(push: Push, text: string): void;
  /** The connection is lost and tried again, or is back. One sentence. */
  onNotice(sentence: string): void;
  /** It has ended and does not come back. null: it was told to. */
  onEnd(problem: string | null): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/**
 * Follows channels over a WebSocket, and goes on where it stood when the connection is lost.
 *
 * The first connection must succeed; later ones are tried until `stop`. A peer that answers no ping within an interval counts as lost.
 */
export class Tail {
  readonly #url: string;
  readonly #identity: TailIdentity;
  readonly #channels: FollowedChannels;
  readonly #listener: TailListener;
  #connection: ClientConnection | null = null;
  #session: string | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #hasHeard = false;
  /** Why the server said that it ends the connection. */
  #farewell = "";
  #hasEnded = false;

  /** `url` is the server's, with `http` or `https`. */
  constructor(url: string, identity: TailIdentity, channels: FollowedChannels, listener: TailListener) {
    this.#url = `${url.replace(/^http/, "ws")}/connect`;
    this.#identity = identity;
    this.#channels = channels;
    this.#listener = listener;
  }

  start(): void {
    this.#farewell = "";
    this.#connection = connectWebSocket(this.#url, {
      onOpen: () => this.#opened(),
      onText: (text) => this.#heard(text),
      onClose: (code, reason) => this.#closed(code, reason),
    });
  }

  /** Ends the connection, and with it the session. */
  stop(): void {
    this.#end(null);
  }

  #opened(): void {
    const command = encodeCommand({
      type: "connect",
      id: 1,
      ...this.#identity,
      ...(this.#session !== undefined && { session: this.#session }),
      client: { name: "tidewire subscribe", version: VERSION },
      subscriptions: this.#channels.subscriptions,
    });
    this.#connection?.sendText(command);
  }

  #heard(text: string): void {
    this.#hasHeard = true;
    const push = decodePush(text);
    if (push === undefined || this.#hasEnded) return;
    if (push.type === "connected") this.#connected(push);
    else if (push.type === "disconnect") this.#farewell = push.reason;
    else if (push.type === "unsubscribed") this.#lose(push.channel, push.reason ?? "the server says so");
    else if (push.type === "error") this.#refused(push);
    else if (this.#channels.take(push)) this.#listener.onPush(push, text);
  }

  #connected({ session, pingIntervalMs }: ConnectedPush): void {
    if (this.#session !== undefined) this.#listener.onNotice("Connected again.");
    this.#session = session;
    this.#failures = 0;
    this.#pingEvery(pingIntervalMs);
  }

  #refused({ channel, message, retryable }: ErrorPush): void {
    if (channel === undefined) this.#end(message);
    else if (!retryable) this.#lose(channel, message);
  }

  /** A channel that cannot be read; without any there is nothing to wait for. */
  #lose(channel: string, why: string): void {
    this.#channels.leave(channel);
    const problem = `${channel} is not followed: ${why}`;
    if (this.#channels.size === 0) this.#end(problem);
    else this.#listener.onNotice(problem);
  }

  #pingEvery(intervalMs: number): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      if (!this.#hasHeard) this.#connection?.close();
      this.#hasHeard = false;
      this.#connection?.sendText(encodeCommand({ type: "ping" }));
    }, intervalMs);
  }

  #closed(code: number, reason: string): void {
    clearInterval(this.#timer);
    if (this.#hasEnded) return;
    const why = this.#farewell || reason || `close code ${code}`;
    if (!mayReconnect(code)) return this.#end(`The server has ended the connection (${code}): ${why}`);
    if (this.#session === undefined) return this.#end(`Cannot connect to ${this.#url}. ${why}`);
    if (this.#failures === 0) this.#listener.onNotice(`The connection is lost (${why}). Trying again…`);
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    this.#failures += 1;
    // Full jitter, so that many tails do not come back in the same instant.
    this.#timer = setTimeout(() => this.start(), waitMs * Math.random());
    return undefined;
  }

  #end(problem: string | null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#connection?.close(1000);
    this.#listener.onEnd(problem);
  }
}
