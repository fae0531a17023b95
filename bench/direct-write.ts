/**
 * What writing past the stream's buffer saves: CPU time of the server per message, for 1000 connections.
 *
 *     npm run bench -- direct-write [--slices 15]
 *
 * `socket.write` and the engine's `writeFrames` take turns in one process; the median of the ratios of neighbouring turns counts.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { encodeTextFrame, type WebSocketConnection, WebSocketEngine } from "@tidewire/websocket";
import { Child } from "./support/child.ts";
import { median } from "./support/median.ts";

const CONNECTIONS = 1000;
const MESSAGES = 50;
const EVERY_MS = 20;
/** A message of the fan-out benchmark. */
const FRAME = encodeTextFrame("x".repeat(230));

const { values } = parseArgs({ options: { slices: { type: "string", default: "15" } } });

const sockets: Duplex[] = [];
const connections: WebSocketConnection<null>[] = [];
const engine = new WebSocketEngine<null>({ onText: () => {}, onClose: () => {} });
const server = createServer();
server.on("upgrade", (request, socket, head) => {
  const connection = engine.accept(request, socket, head, null);
  if (connection === null) return;
  sockets.push(socket);
  connections.push(connection);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
const port = typeof address === "object" && address !== null ? address.port : 0;
const readers = await Child.start("readers.ts");
await readers.ask("open", { port, count: CONNECTIONS, path: "/", greetings: 0 });

/** Microseconds of this process's CPU per message. */
async function slice(send: () => void): Promise<number> {
  const before = process.cpuUsage();
  for (let message = 0; message < MESSAGES; message += 1) {
    send();
    await wait(EVERY_MS);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (MESSAGES * CONNECTIONS);
}

const viaStream = (): void => {
  for (const socket of sockets) socket.write(FRAME);
};
const directly = (): void => {
  for (const connection of connections) connection.writeFrames(FRAME);
};

await slice(viaStream);
await slice(directly);
const micros = { stream: [] as number[], direct: [] as number[] };
for (let turn = 0; turn < Number(values.slices); turn += 1) {
  micros.stream.push(await slice(viaStream));
  micros.direct.push(await slice(directly));
}
const ratio = median(micros.direct.map((one, index) => one / (micros.stream[index] ?? Number.NaN)));
console.log(
  `socket.write ${median(micros.stream).toFixed(2)} µs, writeFrames ${median(micros.direct).toFixed(2)} µs per message; ` +
    `median of ${values.slices} ratios ${ratio.toFixed(3)}`,
);
await readers.stop();
engine.terminateAll();
server.close();
