import type { TestContext } from "node:test";
import { decodePush, type Push } from "@tidewire/protocol";
import { type ClientOptions, WebSocket } from "ws";
import { within } from "./deadline.ts";

/** One kind of push. */
export type PushOf<Type extends Push["type"]> = Extract<Push, { type: Type }>;

/** How a connection ended, as the client saw it. */
export interface CloseInfo {
  readonly code: number;
  readonly reason: string;
}

/** A client of the native protocol over the stock `ws` package, which hands out frames in their order. */
export class NativeClient {
  readonly socket: WebSocket;
  /** Every frame so far, read or not. */
  readonly frames: Push[] = [];
  readonly #closed: Promise<CloseInfo>;
  /** Pings of the server's so far. */
  pings = 0;
  #read = 0;
  #isClosed = false;
  #wake: (() => void) | null = null;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => {
      const text = data.toString();
      const push = decodePush(text);
      if (push === undefined) throw new Error(`the server sent what is no push: ${text.slice(0, 300)}`);
      this.frames.push(push);
      this.#wake?.();
    });
    socket.on("ping", () => {
      this.pings += 1;
      this.#wake?.();
    });
    socket.on("error", () => {});
    this.#closed = new Promise((resolve) => {
      socket.on("close", (code: number, reason: Buffer) => {
        this.#isClosed = true;
        this.#wake?.();
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** Opens a connection at `/connect` with this query; the test's end terminates it. Rejects when it is refused. */
  static async open(
    t: TestContext,
    server: { readonly wsUrl: string },
    query = "",
    options: ClientOptions = {},
  ): Promise<NativeClient> {
    const path = query === "" ? "/connect" : `/connect?${query}`;
    const socket = new WebSocket(server.wsUrl + path, { perMessageDeflate: false, ...options });
    t.after(() => socket.terminate());
    const client = new NativeClient(socket);
    await within(
      new Promise<void>((resolve, reject) => {
        socket.once("open", resolve);
        socket.once("error", reject);
      }),
      "the handshake's end",
    );
    return client;
  }

  /** Resolves when the connection is closed, however. */
  get closed(): Promise<CloseInfo> {
    return within(this.#closed, "the close", () => this.#seen());
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Sends a command, or any JSON that looks like one. */
  send(command: Readonly<Record<string, unknown>>): void {
    this.socket.send(JSON.stringify(command));
  }

  /** Sends this text as one frame. */
  sendText(text: string): void {
    this.socket.send(text);
  }

  /** The next frame, whatever it is. */
  async frame(): Promise<Push> {
    return this.until(() => true, "another frame");
  }

  /** The next frame of a type. Those before it are passed over. */
  async next<Type extends Push["type"]>(type: Type): Promise<PushOf<Type>> {
    return this.until((push): push is PushOf<Type> => push.type === type, `a frame of type ${type}`);
  }

  /** The answer to the request with this id. */
  async answer<Type extends Push["type"]>(type: Type, id: number): Promise<PushOf<Type>> {
    return this.until(
      (push): push is PushOf<Type> => push.type === type && "id" in push && push.id === id,
      `the ${type} with id ${id}`,
    );
  }

  /** The next `count` messages, with nothing passed over but frames of other types. */
  async messages(count: number): Promise<readonly PushOf<"message">[]> {
    const messages: PushOf<"message">[] = [];
    while (messages.length < count) messages.push(await this.next("message"));
    return messages;
  }

  /** The next frame for which `isIt` holds. Those before it are passed over. */
  async until<Found extends Push>(isIt: (push: Push) => push is Found, what: string): Promise<Found>;
  async until(isIt: (push: Push) => boolean, what: string): Promise<Push>;
  async until(isIt: (push: Push) => boolean, what: string): Promise<Push> {
    for (;;) {
      while (this.#read < this.frames.length) {
        const push = this.frames[this.#read];
        this.#read += 1;
        if (push !== undefined && isIt(push)) return push;
      }
      if (this.#isClosed) throw new Error(`${what} did not come before the close. ${this.#seen()}`);
      await this.#more(what);
    }
  }

  /** Resolves once the server has pinged so often. */
  async pinged(times: number): Promise<void> {
    while (this.pings < times) {
      if (this.#isClosed) throw new Error(`closed after ${this.pings} pings. ${this.#seen()}`);
      await this.#more(`ping number ${times}`);
    }
  }

  /**
   * Waits until everything sent before has been dealt with, and gives the frames that came meanwhile.
   *
   * It asks for a pong, which the server sends in its order; the pong itself is left out.
   */
  async settled(): Promise<readonly Push[]> {
    const from = this.#read;
    this.send({ type: "ping" });
    await this.next("pong");
    return this.frames.slice(from, this.#read - 1);
  }

  /** The secret and the public id that `connected` told. */
  async connected(): Promise<PushOf<"connected">> {
    return this.next("connected");
  }

  #more(what: string): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return within(woken, what, () => this.#seen());
  }

  #seen(): string {
    const last = this.frames.slice(-8).map((push) => JSON.stringify(push).slice(0, 200));
    return `${this.frames.length} frames so far, the last ones: ${last.join(" ")}`;
  }
}

/** Tries a handshake that is expected to be refused; gives the status and the body of the answer. */
export async function refusedHandshake(
  server: { readonly wsUrl: string },
  path: string,
  options: ClientOptions = {},
): Promise<{ readonly status: number; readonly body: string }> {
  const socket = new WebSocket(server.wsUrl + path, options);
  const refused = new Promise<{ readonly status: number; readonly body: string }>((resolve, reject) => {
    socket.on("unexpected-response", (_request, response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    socket.on("open", () => {
      socket.terminate();
      reject(new Error(`${path} was let in`));
    });
    socket.on("error", reject);
  });
  return within(refused, "the refusal");
}
