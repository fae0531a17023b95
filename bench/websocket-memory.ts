/**
 * Memory of an idle WebSocket connection: resident bytes of the server process per connection.
 *
 *   node --import tsx bench/websocket-memory.ts [connections]
 *
 * Three servers take the same connections in turn, each in a process of its own, while another process holds
 * the clients' ends: `raw` answers the upgrade and keeps the bare socket, which is what Node itself costs; `tidewire`
 * is the engine; `ws` is the usual package. Each has served a few
 * connections before, so that its code does not count.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const WARM_UP_CONNECTIONS = 20;
const HANDSHAKES_IN_FLIGHT = 100;
const SERVERS = ["raw", "tidewire", "ws"];

/** How many connections the server's process must hold when it measures itself. */
interface MeasureRequest {
  readonly connections: number;
}

/** How many connections the clients' process opens; 0 closes them all. */
interface ClientsRequest {
  readonly open: number;
}

interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
}

const [role = "all", argument = ""] = process.argv.slice(2);
if (role === "server") await serve(argument);
else if (role === "clients") holdClients(Number(argument));
else await compare(Number(role) || 10_000);

/** Runs every server with so many connections and prints a line for each. */
async function compare(connections: number): Promise<void> {
  console.log(`${connections} idle connections, Node ${process.version}`);
  for (const kind of SERVERS) {
    const bytesEach = await measure(kind, connections);
    console.log(`${kind.padEnd(9)} ${(bytesEach / 1024).toFixed(2)} KB of resident memory each`);
  }
}

async function measure(kind: string, connections: number): Promise<number> {
  const server = start("server", kind);
  const port = await answer<number>(server);
  const clients = start("clients", String(port));
  try {
    await ask<number>(clients, { open: WARM_UP_CONNECTIONS } satisfies ClientsRequest);
    await ask<number>(clients, { open: 0 } satisfies ClientsRequest);
    const before = await ask<Memory>(server, { connections: 0 } satisfies MeasureRequest);
    await ask<number>(clients, { open: connections } satisfies ClientsRequest);
    const after = await ask<Memory>(server, { connections } satisfies MeasureRequest);
    return (after.rss - before.rss) / connections;
  } finally {
    server.kill();
    clients.kill();
  }
}

function start(childRole: string, childArgument: string): ChildProcess {
  return fork(fileURLToPath(import.meta.url), [childRole, childArgument], {
    execArgv: ["--expose-gc", "--conditions=tidewire-source", "--import", "tsx"],
  });
}

async function ask<Answer>(child: ChildProcess, question: MeasureRequest | ClientsRequest): Promise<Answer> {
  child.send(question);
  return answer<Answer>(child);
}

function answer<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve) => {
    child.once("message", (message: Answer) => {
      resolve(message);
    });
  });
}

// The server's process.

async function serve(kind: string): Promise<void> {
  const server = createServer();
  const count = await attach(kind, server);
  server.listen(0, "127.0.0.1", 4096, () => {
    const address = server.address();
    process.send?.(typeof address === "object" ? address?.port : 0);
  });
  process.on("message", (request: MeasureRequest) => {
    void settledMemory(() => count() === request.connections).then((memory) => process.send?.(memory));
  });
}

/** Makes the server accept upgrades, and gives a function that counts the connections it holds. */
async function attach(kind: string, server: Server): Promise<() => number> {
  if (kind === "tidewire") {
    const { WebSocketEngine } = await import("@tidewire/websocket");
    const engine = new WebSocketEngine<null>({ onText: ignore, onClose: ignore });
    server.on("upgrade", (request, socket, head) => {
      engine.accept(request, socket, head, null);
    });
    return () => engine.size;
  }
  if (kind === "ws") {
    const { WebSocketServer } = await import("ws");
    const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
    return () => webSockets.clients.size;
  }
  const sockets = new Set<Duplex>();
  function forget(this: Duplex): void {
    sockets.delete(this);
  }
  server.on("upgrade", (_request, socket) => {
    sockets.add(socket);
    socket.on("close", forget);
    socket.on("error", ignore);
    socket.on("data", ignore);
    socket.on("end", destroyThis);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  });
  return () => sockets.size;
}

function ignore(): void {}

function destroyThis(this: Duplex): void {
  this.destroy();
}

/** Collects garbage, once the server is `ready`, until the resident size has stopped falling. */
async function settledMemory(ready: () => boolean): Promise<Memory> {
  while (!ready()) await delay(20);
  let best = process.memoryUsage();
  for (let round = 0, unchanged = 0; round < 20 && unchanged < 4; round++) {
    globalThis.gc?.();
    await delay(100);
    const now = process.memoryUsage();
    unchanged = now.rss < best.rss - 65_536 ? 0 : unchanged + 1;
    if (now.rss < best.rss) best = now;
  }
  return { rss: best.rss, heapUsed: best.heapUsed };
}

// The clients' process.

function holdClients(port: number): void {
  const sockets: Socket[] = [];
  process.on("message", (request: ClientsRequest) => {
    if (request.open === 0) for (const socket of sockets.splice(0)) socket.destroy();
    void openClients(port, request.open, sockets).then(() => process.send?.(sockets.length));
  });
}

async function openClients(port: number, count: number, sockets: Socket[]): Promise<void> {
  for (let done = 0; done < count; done += HANDSHAKES_IN_FLIGHT) {
    const batch = Math.min(HANDSHAKES_IN_FLIGHT, count - done);
    sockets.push(...(await Promise.all(Array.from({ length: batch }, () => openClient(port)))));
  }
}

async function openClient(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.write(
    "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\nOrigin: http://localhost\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  await once(socket, "data");
  return socket;
}
