import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { type Command, decodeCommand, encodePush, type Push } from "@tidewire/protocol";
import { type WebSocket, WebSocketServer } from "ws";

/** One connection to the scripted server: what the client sent, in order, and a way to answer. */
export class ScriptedPeer {
  readonly #socket: WebSocket;
  readonly #received: Command[] = [];
  readonly #waiting: ((command: Command) => void)[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      const decoded = decodeCommand(Buffer.isBuffer(data) ? data.toString() : "");
      if (!decoded.ok) throw new Error(`The client sent nonsense: ${JSON.stringify(decoded)}`);
      const command = decoded.command;
      const waiter = this.#waiting.shift();
      if (waiter === undefined) this.#received.push(command);
      else waiter(command);
    });
  }

  /** The next command, which must be of this type. */
  async next<Type extends Command["type"]>(type: Type): Promise<Extract<Command, { type: Type }>> {
    const command =
      this.#received.shift() ??
      (await new Promise<Command>((resolve) => {
        this.#waiting.push(resolve);
      }));
    if (!isCommand(command, type)) throw new Error(`Expected ${type}, got ${JSON.stringify(command)}`);
    return command;
  }

  send(push: Push): void {
    this.#socket.send(encodePush(push));
  }

  /** Sends bytes that need not be a push. */
  sendText(text: string): void {
    this.#socket.send(text);
  }

  /** Answers `connect` and returns it. */
  async welcome(connection = "c1"): Promise<Extract<Command, { type: "connect" }>> {
    const connect = await this.next("connect");
    this.send({
      type: "connected",
      ...(connect.id === undefined ? {} : { id: connect.id }),
      connection,
      session: `secret-${connection}`,
      pingIntervalMs: 25_000,
      maxMessageBytes: 65_536,
      time: 1_700_000_000_000,
      version: 1,
    });
    return connect;
  }

  close(code: number, reason = ""): void {
    this.#socket.close(code, reason);
  }

  /** Cuts the connection without a close frame. */
  cut(): void {
    this.#socket.terminate();
  }

  /** The code of the client's close frame. */
  async closed(): Promise<number> {
    const [code]: unknown[] = await once(this.#socket, "close");
    if (typeof code !== "number") throw new Error("ws emits the close code first");
    return code;
  }
}

function isCommand<Type extends Command["type"]>(
  command: Command,
  type: Type,
): command is Extract<Command, { type: Type }> {
  return command.type === type;
}

/** A WebSocket server on a free port of 127.0.0.1 whose every word a test decides. Closed with the test. */
export class ScriptedServer {
  readonly url: string;
  readonly #server: WebSocketServer;
  readonly #peers: ScriptedPeer[] = [];
  readonly #waiting: ((peer: ScriptedPeer) => void)[] = [];

  private constructor(server: WebSocketServer, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
    server.on("connection", (socket) => {
      const peer = new ScriptedPeer(socket);
      const waiter = this.#waiting.shift();
      if (waiter === undefined) this.#peers.push(peer);
      else waiter(peer);
    });
  }

  static async start(t: TestContext): Promise<ScriptedServer> {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0, path: "/connect" });
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    t.after(() => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    });
    return new ScriptedServer(server, port);
  }

  /** How many sockets are open now. */
  get openSockets(): number {
    return this.#server.clients.size;
  }

  /** The next connection. */
  accept(): Promise<ScriptedPeer> {
    const peer = this.#peers.shift();
    if (peer !== undefined) return Promise.resolve(peer);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
