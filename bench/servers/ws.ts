/** What a good developer writes with `ws`: one JSON text per message, `client.send` to everybody. Fed by JSON lines. */
import { createServer } from "node:http";
import { createServer as createLineServer } from "node:net";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { WebSocketServer } from "ws";
import { answerParent, serverAnswers } from "../support/child.ts";

const http = createServer();
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
let offset = 0;

function broadcast(line: string): void {
  const { channel, data } = JSON.parse(line) as { channel: string; data: unknown };
  offset += 1;
  const message = JSON.stringify({
    type: "message",
    channel,
    epoch: "fTIcxb5G",
    offset,
    id: "qiAOjBCZxOI4Y6AV",
    time: Date.now(),
    from: { api: true },
    data,
  });
  for (const client of sockets.clients) client.send(message);
}

const lines = createLineServer((socket) => {
  createInterface({ input: socket }).on("line", (line) => {
    broadcast(line);
    socket.write('{"ok":true}\n');
  });
});
await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
await new Promise<void>((resolve) => lines.listen(0, "127.0.0.1", resolve));
process.on("SIGTERM", () => process.exit(0));
answerParent({
  ...serverAnswers,
  port: () => (http.address() as AddressInfo).port,
  linePort: () => (lines.address() as AddressInfo).port,
});
