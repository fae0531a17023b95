import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** A TCP proxy that cuts and swallows connections, as networks do. */
export class CuttingProxy {
  readonly port: number;
  readonly #sockets = new Set<Socket>();
  #isSwallowing = false;

  private constructor(port: number) {
    this.port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts a proxy in front of a port of this machine; it is closed with the test. */
  static async start(t: TestContext, targetPort: number): Promise<CuttingProxy> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
    const proxy = new CuttingProxy(address.port);
    server.on("connection", (socket) => proxy.#join(socket, connect(targetPort, "127.0.0.1")));
    t.after(() => {
      server.close();
      proxy.cut();
    });
    return proxy;
  }

  /** Resets every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** From now on bytes vanish in both directions, and the sockets stay open: a dead network. */
  swallow(): void {
    this.#isSwallowing = true;
  }

  /** Carries bytes of new connections again; those that were swallowed stay dead. */
  restore(): void {
    this.#isSwallowing = false;
  }

  #join(one: Socket, other: Socket): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      this.#sockets.add(from);
      let isDead = false;
      from.on("data", (chunk) => {
        isDead ||= this.#isSwallowing;
        if (!isDead) to.write(chunk);
      });
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
