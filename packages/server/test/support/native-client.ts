import type { Push } from "@tidewire/protocol";
import { type ClientOptions, WebSocket } from "ws";
import type { CleanUp } from "./clean-up.ts";
import { within } from "./deadline.ts";
import { FrameReader } from "./frame-reader.ts";

/** How a connection ended, as the client saw it. */
export interface CloseInfo {
  readonly code: number;
  readonly reason: string;
}

/** A client of the native protocol over the stock `ws` package, which hands out frames in their order. */
export class NativeClient extends FrameReader {
  readonly socket: WebSocket;
  readonly #closed: Promise<CloseInfo>;
  /** Pings of the server's so far. */
  pings = 0;

  private constructor(socket: WebSocket) {
    super();
    this.socket = socket;
    socket.on("message", (data: Buffer) => this.take(data.toString()));
    socket.on("ping", () => {
      this.pings += 1;
      this.woken();
    });
    socket.on("error", () => {});
    this.#closed = new Promise((resolve) => {
      socket.on("close", (code: number, reason: Buffer) => {
        this.end();
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** Opens a connection at `/connect` with this query; the test's end terminates it. Rejects when it is refused. */
  static async open(
    t: CleanUp,
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
    return within(this.#closed, "the close", () => this.seen());
  }

  /** Sends a command, or any JSON that looks like one. */
  send(command: Readonly<Record<string, unknown>>): void {
    this.socket.send(JSON.stringify(command));
  }

  /** Sends this text as one frame. */
  sendText(text: string): void {
    this.socket.send(text);
  }

  /** Resolves once the server has pinged so often. */
  async pinged(times: number): Promise<void> {
    while (this.pings < times) {
      if (this.isClosed) throw new Error(`closed after ${this.pings} pings. ${this.seen()}`);
      await this.more(`ping number ${times}`);
    }
  }

  /**
   * Waits until everything sent before has been dealt with, and gives the frames that came meanwhile.
   *
   * It asks for a pong, which the server sends in its order; the pong itself is left out.
   */
  async settled(): Promise<readonly Push[]> {
    this.send({ type: "ping" });
    return this.passedOver(() => this.next("pong"));
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
