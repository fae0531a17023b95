import { decodePush, encodeCommand } from "@tidewire/protocol";
import { type ClientConnection, connectWebSocket } from "@tidewire/websocket";
import { VERSION } from "../../base/version.ts";
import { Latencies } from "./latencies.ts";
import { dueTimeOf, type Load } from "./load.ts";

/** Handshakes at the same time. */
const OPENING = 100;

/** The receiving half of a load: connections that are subscribed to one channel each. */
export class Subscribers {
  /** From the first byte of the handshake until `subscribed`. */
  readonly connecting: Latencies = new Latencies();
  /** From when a message was due until it has arrived. */
  readonly delivery: Latencies = new Latencies();
  /** How often what went wrong, by what it was. */
  readonly errors: Map<string, number> = new Map();
  readonly #open: Set<ClientConnection> = new Set();
  readonly #url: string;
  readonly #token: string | undefined;
  readonly #nowMs: () => number;
  #isClosing = false;

  /** `url` is the server's, with `http` or `https`. */
  constructor(url: string, token: string | undefined, nowMs: () => number) {
    this.#url = `${url.replace(/^http/, "ws")}/connect`;
    this.#token = token;
    this.#nowMs = nowMs;
  }

  /** Connections that are open and subscribed. */
  get size(): number {
    return this.#open.size;
  }

  /** Opens all connections, a number at a time; resolves when each is subscribed or has failed. */
  async connect({ connections, channels }: Load, onProgress: () => void): Promise<void> {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < connections && !this.#isClosing) {
        const channel = channels[next % channels.length] ?? "";
        next += 1;
        await this.#connectOne(channel);
        onProgress();
      }
    };
    await Promise.all(Array.from({ length: OPENING }, lane));
  }

  close(): void {
    this.#isClosing = true;
    for (const connection of this.#open) connection.close(1000);
    this.#open.clear();
  }

  #connectOne(channel: string): Promise<void> {
    return new Promise((resolve) => {
      const startedMs = this.#nowMs();
      const connection = connectWebSocket(this.#url, {
        onOpen: () => connection.sendText(this.#greeting(channel)),
        onText: (text) => {
          const dueMs = dueTimeOf(text);
          if (dueMs !== undefined) return this.delivery.record(this.#nowMs() - dueMs);
          const push = decodePush(text);
          if (push?.type === "error") {
            this.#failed(push.message);
            connection.close(1000);
          }
          if (push?.type !== "subscribed") return undefined;
          this.connecting.record(this.#nowMs() - startedMs);
          this.#open.add(connection);
          return resolve();
        },
        onClose: (code, reason) => {
          this.#open.delete(connection);
          if (!this.#isClosing && code !== 1000) this.#failed(reason || `closed with ${code}`);
          resolve();
        },
      });
    });
  }

  #greeting(channel: string): string {
    return encodeCommand({
      type: "connect",
      id: 1,
      ...(this.#token !== undefined && { token: this.#token }),
      client: { name: "tidewire bench", version: VERSION },
      subscriptions: { [channel]: {} },
    });
  }

  #failed(what: string): void {
    this.errors.set(what, (this.errors.get(what) ?? 0) + 1);
  }
}
