// What a framework of the kind of Next.js, Hono or SvelteKit does, in one file: routes are functions from a Request to a Response.
// WebSockets do not fit into that, so the one thing a program does itself is to hand upgrades on.
//
//   npm install && npm start

import { createServer } from "node:http";
import { Writable } from "node:stream";
import { arrayBuffer } from "node:stream/consumers";
import * as orders from "./app/orders/route.mjs";
import * as everythingOfTidewire from "./app/tidewire/route.mjs";
import { tidewire } from "./tidewire.mjs";

/** @typedef {Partial<Record<string, (request: Request) => Promise<Response>>>} Route */

/** @type {readonly (readonly [prefix: string, route: Route])[]} */
const ROUTES = [
  ["/orders", orders],
  ["/tidewire", everythingOfTidewire],
];

const server = createServer((incoming, outgoing) => {
  answer(incoming, outgoing).catch(() => outgoing.destroy());
});

server.on("upgrade", (request, socket, head) => {
  if (!tidewire.upgrade(request, socket, head)) socket.destroy();
});

server.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  console.log(`listening on http://127.0.0.1:${port}`);
});

process.once("SIGTERM", () => {
  server.close();
  void tidewire.close();
});

/**
 * @param {import("node:http").IncomingMessage} incoming
 * @param {import("node:http").ServerResponse} outgoing
 */
async function answer(incoming, outgoing) {
  const { method = "GET", url = "/", headers } = incoming;
  const route = ROUTES.find(([prefix]) => url.startsWith(prefix))?.[1];
  const handler = route?.[method];
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  const hasBody = method !== "GET" && method !== "HEAD";
  const request = new Request(`http://${headers.host}${url}`, {
    method,
    headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
    signal: gone.signal,
    body: hasBody ? await arrayBuffer(incoming) : null,
  });
  const response = handler === undefined ? new Response(null, { status: 404 }) : await handler(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.flushHeaders();
  if (response.body === null) outgoing.end();
  else await response.body.pipeTo(Writable.toWeb(outgoing));
}
