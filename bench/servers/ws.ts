/** What a good developer writes with `ws`: one JSON text per message, `client.send` to everybody. Fed by JSON lines. */
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createLineServer, type Server } from "node:net";
import { createInterface } from "node:readline";
import { WebSocketServer } from "ws";
import { answerParent, serverAnswers } from "../support/child.ts";

const http = createServer();
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
let offset = 0;

function broadcast(line: string): void {
  const pushed: unknown = JSON.parse(line);
  if (typeof pushed !== "object" || pushed === null || !("channel" in pushed) || !("data" in pushed)) return;
  const { channel, data } = pushed;
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
const ports = await Promise.all([http, lines].map(listen));
process.on("SIGTERM", () => process.exit(0));
answerParent({
  ...serverAnswers,
  port: () => ports[0],
  linePort: () => ports[1],
});

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
