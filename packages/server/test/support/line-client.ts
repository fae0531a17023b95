import { connect, type Socket } from "node:net";
import type { CleanUp } from "./clean-up.ts";
import { within } from "./deadline.ts";

/** An answer of the raw-TCP interface. */
export type LineAnswer = Readonly<Record<string, unknown>>;

/** A backend with nothing but a socket: sends bytes, and reads answers line by line. */
export class LineClient {
  readonly socket: Socket;
  /** Resolves when the server has ended its side, after all of its answers were read. */
  readonly ended: Promise<void>;
  #text = "";
  #isEnded = false;
  #wake: (() => void) | null = null;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      this.#text += text;
      this.#wake?.();
    });
    socket.on("error", () => {});
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.#isEnded = true;
        this.#wake?.();
        resolve();
      };
      socket.on("end", end);
      socket.on("close", end);
    });
  }

  static async open(t: CleanUp, server: { readonly port: number }): Promise<LineClient> {
    const socket = connect({ port: server.port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    t.after(() => socket.destroy());
    const client = new LineClient(socket);
    await within(
      new Promise<void>((resolve, reject) => {
        socket.once("connect", resolve);
        socket.once("error", reject);
      }),
      "the connection",
    );
    return client;
  }

  /** Sends these bytes as they are. */
  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Sends these bytes and waits until the system has them, so that what follows is likely to travel apart. */
  async sendNow(bytes: string | Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      this.socket.write(bytes, () => setImmediate(resolve));
    });
  }

  /** The next answer. */
  async line(): Promise<LineAnswer> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        const answer: unknown = JSON.parse(line);
        if (typeof answer !== "object" || answer === null) throw new Error(`an answer is no object: ${line}`);
        return { ...answer };
      }
      if (this.#isEnded) throw new Error(`the server ended; left over: ${JSON.stringify(this.#text)}`);
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await within(woken, "an answer");
    }
  }
}

/** A line that publishes, with its line feed. */
export function pushLine(key: string, channel: string, data: unknown, more: object = {}): string {
  return `${JSON.stringify({ from: "api", key, channel, data, ...more })}\n`;
}

/** The code of an answer that is an error. */
export function errorCode(answer: LineAnswer): unknown {
  const { error } = answer;
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
