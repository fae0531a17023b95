import { IncomingMessage, type Server, ServerResponse } from "node:http";
import { Server as SecureServer } from "node:https";
import { Duplex } from "node:stream";

/** What is taken out of another program's server; each says whether it took it. */
export interface Takers {
  request(request: IncomingMessage, response: ServerResponse): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

/** Marks listeners that only wait for upgrades that nobody has taken. */
const UNTAKEN = Symbol("untaken");

/**
 * Lets takers have their part of another program's HTTP server, and returns what ends that.
 *
 * What they take is not emitted at all. Node tells every listener of every request and upgrade, and those of others would answer ours, too:
 * a framework with 404, a WebSocket server with 400. Whatever the takers leave is emitted as ever, to listeners that were there before or come
 * later.
 */
export function takeFrom(server: Server, takers: Takers): () => void {
  const before = Object.getOwnPropertyDescriptor(server, "emit");
  const emit: (event: string, ...args: unknown[]) => boolean = server.emit.bind(server);
  let isTaking = true;
  const emitOthers = (event: string, ...args: unknown[]): boolean =>
    (isTaking && isTaken(takers, event, args)) || emit(event, ...args);
  const untaken = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const listeners = server.listeners("upgrade");
    const isForNobody = listeners.every((one) => Reflect.has(one, UNTAKEN));
    // Of several Tidewires the first one sees to it.
    if (isForNobody && listeners[0] === untaken) hearAsRequest(server, request, socket, head);
  };
  Object.defineProperty(untaken, UNTAKEN, { value: true });
  server.emit = emitOthers;
  // Without a listener Node does not offer upgrades.
  server.on("upgrade", untaken);
  return () => {
    isTaking = false;
    server.off("upgrade", untaken);
    // Somebody may have replaced it since, and calls ours: then it stays, and takes nothing.
    if (Object.getOwnPropertyDescriptor(server, "emit")?.value !== emitOthers) return;
    if (before === undefined) Reflect.deleteProperty(server, "emit");
    else Object.defineProperty(server, "emit", before);
  };
}

function isTaken(takers: Takers, event: string, [request, peer, head]: readonly unknown[]): boolean {
  if (!(request instanceof IncomingMessage)) return false;
  if (event === "request" && isResponse(peer)) return takers.request(request, peer);
  if (event !== "upgrade" || !(peer instanceof Duplex) || !Buffer.isBuffer(head)) return false;
  return takers.upgrade(request, peer, head);
}

function isResponse(value: unknown): value is ServerResponse {
  return value instanceof ServerResponse;
}

/**
 * Lets a server hear a request again, without the wish to upgrade that nobody there fulfils.
 *
 * RFC 9110 §7.8: a server may ignore it, and Node does where nobody listens for upgrades. Java's and curl's clients send `Upgrade: h2c` with
 * ordinary requests.
 */
function hearAsRequest(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method = "GET", url = "/", httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    if (name.toLowerCase() !== "upgrade") lines.push(`${name}: ${rawHeaders[i + 1] ?? ""}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit(server instanceof SecureServer ? "secureConnection" : "connection", socket);
}
