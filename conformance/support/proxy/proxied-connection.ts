import { connect, type Socket } from "node:net";
import { FrameParser, Opcode } from "@tidewire/websocket/core";
import { type Flow, Pipe } from "./pipe.ts";

/** Which way bytes go: `up` from the client to the server, `down` from the server to the client. */
export type Direction = "up" | "down";

const END_OF_HEAD = "\r\n\r\n";

/** One connection of a client, and the one to the server that belongs to it. */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #server: Socket | undefined;
  readonly #pipes: Partial<Record<Direction, Pipe>>;
  #hasLeft = false;

  /** Joins a client to the server's port; without one the client speaks into the void. */
  constructor(client: Socket, targetPort: number | undefined) {
    this.#client = client;
    for (const event of ["end", "error", "close"] as const) {
      client.on(event, () => {
        this.#hasLeft = true;
      });
    }
    this.#watchForClose();
    this.#server =
      targetPort === undefined
        ? undefined
        : connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true });
    if (this.#server === undefined) {
      client.resume();
      this.#pipes = {};
      return;
    }
    this.#pipes = { up: new Pipe(client, this.#server), down: new Pipe(this.#server, client) };
  }

  /**
   * Whether the client will not speak on it any more: it ended or lost the connection, or sent a Close frame.
   *
   * A browser cannot drop a dead socket; all it can do is to send Close into it and wait.
   */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  set flow(flow: Flow) {
    for (const direction of ["up", "down"] as const) this.setFlow(direction, flow);
  }

  setFlow(direction: Direction, flow: Flow): void {
    const pipe = this.#pipes[direction];
    if (pipe !== undefined) pipe.flow = flow;
  }

  set bytesPerSecond(limit: number) {
    for (const pipe of Object.values(this.#pipes)) pipe.bytesPerSecond = limit;
  }

  /** Resets both sides, as a router does that has forgotten the connection. */
  reset(): void {
    this.#stop();
    this.#client.resetAndDestroy();
    this.#server?.resetAndDestroy();
  }

  /** Ends both sides in order, without a Close frame. */
  end(): void {
    this.#stop();
    this.#client.end();
    this.#server?.end();
  }

  #stop(): void {
    for (const pipe of Object.values(this.#pipes)) pipe.stop();
  }

  /** Reads along what the client sends: the head of its request, then frames. */
  #watchForClose(): void {
    const parser = new FrameParser("server");
    const sink = {
      halted: false,
      onFrameHeader: (opcode: Opcode): boolean => {
        if (opcode === Opcode.close) this.#hasLeft = true;
        return true;
      },
      onPayload: () => true,
      onFailure: () => undefined,
    };
    let head: string | undefined = "";
    this.#client.on("data", (chunk: Buffer) => {
      if (head === undefined) {
        // The parser unmasks in place.
        parser.push(Uint8Array.from(chunk), sink);
        return;
      }
      head += chunk.toString("latin1");
      const end = head.indexOf(END_OF_HEAD);
      if (end < 0) return;
      const rest = Buffer.from(head.slice(end + END_OF_HEAD.length), "latin1");
      head = undefined;
      parser.push(rest, sink);
    });
  }
}
