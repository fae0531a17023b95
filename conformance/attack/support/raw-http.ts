import { connect, type Socket } from "node:net";
import type { Arena } from "../arena.ts";

/** Longer than any time-out of an attacked server in its phase: what is open then stays open. */
const PATIENCE_MS = 20_000;

/** An answer, as it came over the wire. */
interface RawAnswer {
  readonly status: number;
  /** The lines of the head, without the status line. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** All that came back over one connection. */
export interface Exchange {
  readonly answers: readonly RawAnswer[];
  /** As it came, in latin1. */
  readonly text: string;
  /** Whether the server closed the connection in the end, or reset it. */
  readonly closed: boolean;
}

/** Opens a connection that the end of the attack destroys. Resolves even when it is refused or reset: see `closed`. */
export async function dial(arena: Arena): Promise<Socket> {
  const socket = connect({ port: arena.port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
  arena.after(() => socket.destroy());
  socket.on("error", () => {});
  await new Promise<void>((resolve) => {
    socket.once("connect", resolve).once("close", resolve);
  });
  return socket;
}

/**
 * Sends bytes as they are and collects what comes back until the server closes.
 *
 * So the last request should ask for `Connection: close`, unless the server has its own reason to close.
 */
export async function exchange(arena: Arena, bytes: string | Uint8Array): Promise<Exchange> {
  const socket = await dial(arena);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  const closed = whenClosed(socket);
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  const hasClosed = await closed;
  socket.destroy();
  const text = Buffer.concat(chunks).toString("latin1");
  return { answers: answersIn(text), text, closed: hasClosed };
}

/** Resolves with true when the server ends or resets a connection, with false when it has not for a long time. */
export async function whenClosed(socket: Socket, patienceMs: number = PATIENCE_MS): Promise<boolean> {
  if (socket.destroyed || socket.readableEnded) return true;
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patienceMs);
    const end = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    socket.once("end", end).once("close", end);
    socket.resume();
  });
}

/** The status of the first answer to a request with these lines, to which `Host` and `Connection: close` are added; 0 without an answer. */
export async function statusOf(
  arena: Arena,
  requestLine: string,
  headers: readonly string[] = [],
): Promise<number> {
  const { answers } = await exchange(arena, request(arena, requestLine, headers));
  return answers[0]?.status ?? 0;
}

/** A request as text: its own headers, then `Host` unless given, and `Connection: close` unless given. */
export function request(
  arena: Arena,
  requestLine: string,
  headers: readonly string[] = [],
  body = "",
): string {
  const has = (name: string): boolean => headers.some((line) => line.toLowerCase().startsWith(`${name}:`));
  const added = [
    ...(has("host") ? [] : [`Host: 127.0.0.1:${arena.port}`]),
    ...(has("connection") ? [] : ["Connection: close"]),
  ];
  return [requestLine, ...headers, ...added, "", body].join("\r\n");
}

/** Splits what came into answers, by their `Content-Length`. What follows without one belongs to the last. */
function answersIn(text: string): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let at = 0; at < text.length; ) {
    const headEnd = text.indexOf("\r\n\r\n", at);
    const [statusLine = "", ...headers] = text.slice(at, headEnd < 0 ? undefined : headEnd).split("\r\n");
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1] ?? 0);
    const length = headers.map((line) => /^content-length: *(\d+)/i.exec(line)?.[1]).find(Boolean);
    const from = headEnd < 0 ? text.length : headEnd + 4;
    const to = length === undefined ? text.length : from + Number(length);
    answers.push({ status, headers, body: text.slice(from, to) });
    at = Math.max(to, at + 1);
  }
  return answers;
}
