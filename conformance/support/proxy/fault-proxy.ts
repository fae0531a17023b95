import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";
import type { Flow } from "./pipe.ts";
import { type Direction, ProxiedConnection } from "./proxied-connection.ts";

/** What becomes of a connection that comes in. */
type Welcome = "joined" | "refused" | "swallowed";

/**
 * The network between one client and the server, with everything that can go wrong in it.
 *
 * A client has a proxy of its own, so that its connections can be counted. What is done here holds until `restore`.
 */
export class FaultProxy {
  readonly #listener: Server;
  readonly #port: number;
  readonly #targetPort: number;
  /** By the client's socket, until that is closed. */
  readonly #connections = new Map<Socket, ProxiedConnection>();
  #welcome: Welcome = "joined";
  readonly #flows: Record<Direction, Flow> = { up: "passing", down: "passing" };
  #bytesPerSecond = Number.POSITIVE_INFINITY;
  #accepted = 0;
  #mostOpen = 0;
  #changed: () => void = () => {};

  private constructor(listener: Server, port: number, targetPort: number) {
    this.#listener = listener;
    this.#port = port;
    this.#targetPort = targetPort;
    listener.on("connection", (socket: Socket) => this.#accept(socket));
  }

  /** Starts a proxy on a free port in front of another port of this machine. */
  static async start(targetPort: number): Promise<FaultProxy> {
    const listener = createServer({ allowHalfOpen: true, noDelay: true });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const address = listener.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
    return new FaultProxy(listener, address.port, targetPort);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How many connections have come in, refused ones too. */
  get accepted(): number {
    return this.#accepted;
  }

  /** How many connections there are that the client may still speak on. */
  get open(): number {
    let open = 0;
    for (const { hasLeft } of this.#connections.values()) if (!hasLeft) open += 1;
    return open;
  }

  /** The most that were open at the same time. */
  get mostOpen(): number {
    return this.#mostOpen;
  }

  /** Resolves when so many connections have come in. */
  async untilAccepted(count: number): Promise<void> {
    while (this.#accepted < count) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** Resets every connection. */
  reset(): void {
    for (const connection of this.#connections.values()) connection.reset();
  }

  /** Ends every connection in order, but without a Close frame. */
  end(): void {
    for (const connection of this.#connections.values()) connection.end();
  }

  /** Holds the bytes of present and new connections back; they pass after `restore`. */
  stall(...directions: readonly [Direction, ...Direction[]]): void {
    for (const direction of directions) this.#setFlow(direction, "stalled");
  }

  /**
   * Lets the bytes of present connections vanish, and accepts new ones without a word.
   *
   * Nobody is told: to both sides their sockets look open. These connections stay dead after `restore`.
   */
  blackhole(): void {
    this.#welcome = "swallowed";
    for (const connection of this.#connections.values()) connection.flow = "dead";
  }

  /** Resets every new connection as soon as it comes in. */
  refuse(): void {
    this.#welcome = "refused";
  }

  /** Lets no more than so many bytes pass in a second, in each direction of each connection. */
  slow(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
    for (const connection of this.#connections.values()) connection.bytesPerSecond = bytesPerSecond;
  }

  /** Lets everything pass again, what was held back first. */
  restore(): void {
    this.#welcome = "joined";
    this.#setFlow("up", "passing");
    this.#setFlow("down", "passing");
    this.slow(Number.POSITIVE_INFINITY);
  }

  /** Accepts nothing more and resets what there is. */
  close(): void {
    this.#listener.close();
    for (const connection of this.#connections.values()) connection.reset();
  }

  #setFlow(direction: Direction, flow: Flow): void {
    this.#flows[direction] = flow;
    for (const connection of this.#connections.values()) connection.setFlow(direction, flow);
  }

  #accept(socket: Socket): void {
    this.#accepted += 1;
    this.#changed();
    if (this.#welcome === "refused") {
      socket.on("error", () => socket.destroy());
      socket.resetAndDestroy();
      return;
    }
    const connection = new ProxiedConnection(
      socket,
      this.#welcome === "joined" ? this.#targetPort : undefined,
    );
    this.#connections.set(socket, connection);
    socket.once("close", () => this.#connections.delete(socket));
    for (const direction of ["up", "down"] as const) connection.setFlow(direction, this.#flows[direction]);
    connection.bytesPerSecond = this.#bytesPerSecond;
    // What the client did before it opened this one may lie in the kernel still. A turn reads it from sockets that were
    // known before, the next one from those that were accepted together with this one.
    setImmediate(() => setImmediate(() => this.#count()));
  }

  #count(): void {
    this.#mostOpen = Math.max(this.#mostOpen, this.open);
  }
}

/** Starts a proxy that is closed with the test. */
export async function proxyFor(t: TestContext, targetPort: number): Promise<FaultProxy> {
  const proxy = await FaultProxy.start(targetPort);
  t.after(() => proxy.close());
  return proxy;
}
