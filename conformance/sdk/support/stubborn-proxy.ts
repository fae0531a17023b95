import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { TestContext } from "node:test";

/** What a proxy does not let through. */
export interface Stubbornness {
  /** What it answers an upgrade with: an error at once, or nothing at all. */
  readonly upgrades: "refused" | "ignored" | "passed";
  /** Hold answers back until they are complete, as some virus scanners do. */
  readonly buffers?: boolean;
}

/** An HTTP proxy of a network that does not know WebSocket. */
export class StubbornProxy {
  readonly url: string;
  stubbornness: Stubbornness;
  /** The paths that were asked for, in order; an upgrade is `WebSocket`. */
  readonly asked: string[] = [];
  /** The most requests for frames that were open at a time. */
  mostListening = 0;
  readonly #targetPort: number;
  readonly #sockets = new Set<Duplex>();
  readonly #changes = new EventEmitter();
  #listening = 0;

  private constructor(port: number, targetPort: number, stubbornness: Stubbornness) {
    this.url = `http://127.0.0.1:${port}`;
    this.#targetPort = targetPort;
    this.stubbornness = stubbornness;
  }

  /** Starts a proxy in front of a port of this machine; it is closed with the test. */
  static async start(t: TestContext, targetPort: number, stubbornness: Stubbornness): Promise<StubbornProxy> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
    const proxy = new StubbornProxy(address.port, targetPort, stubbornness);
    server.on("connection", (socket) => {
      proxy.#sockets.add(socket);
      socket.on("close", () => proxy.#sockets.delete(socket));
    });
    server.on("request", (asked, answer) => proxy.#pass(asked, answer));
    server.on("upgrade", (asked, socket, head) => proxy.#upgrade(asked, socket, head));
    t.after(() => {
      server.close();
      proxy.cut();
    });
    return proxy;
  }

  /** Resolves when nobody listens any more. */
  async quiet(): Promise<void> {
    while (this.#listening > 0) await once(this.#changes, "left");
  }

  /** Resets every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const path = asked.url?.split("?")[0] ?? "";
    if (asked.method !== "OPTIONS") this.asked.push(path);
    if (path !== "/command") this.#count(answer);
    const { method, url, headers } = asked;
    const onward = request({ port: this.#targetPort, method, path: url, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      if (this.stubbornness.buffers === true) this.#hold(answered, answer);
      else answered.pipe(answer);
      answered.on("error", () => answer.destroy());
    });
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  }

  #hold(answered: IncomingMessage, answer: ServerResponse): void {
    const chunks: Buffer[] = [];
    answered.on("data", (chunk: Buffer) => chunks.push(chunk));
    answered.on("end", () => answer.end(Buffer.concat(chunks)));
  }

  #count(answer: ServerResponse): void {
    this.#listening += 1;
    this.mostListening = Math.max(this.mostListening, this.#listening);
    answer.on("close", () => {
      this.#listening -= 1;
      this.#changes.emit("left");
    });
  }

  #upgrade(asked: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.asked.push("WebSocket");
    const { upgrades } = this.stubbornness;
    socket.on("error", () => {});
    if (upgrades === "refused") socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
    if (upgrades !== "passed") return;
    const { url, headers } = asked;
    const onward = request({ port: this.#targetPort, path: url, headers });
    onward.on("upgrade", (answered, further, first) => {
      const lines = answered.rawHeaders.map((part, index) => (index % 2 === 0 ? `${part}: ` : `${part}\r\n`));
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
      socket.write(first);
      further.write(head);
      further.on("error", () => socket.destroy());
      socket.pipe(further).pipe(socket);
      socket.on("close", () => further.destroy());
    });
    onward.on("error", () => socket.destroy());
    onward.end();
  }
}
