import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";

/** What implements a socket's writing. For bytes the encoding is "buffer", which Node's types leave out. */
interface DirectSocket {
  _write(bytes: Uint8Array, encoding: string, taken: (error?: Error | null) => void): void;
  destroy(error: Error): unknown;
}

/** What became of the write that is being made: its callback is one function for all, and speaks through these. */
let isTaken = false;
let failure: Error | null = null;

/**
 * Writes bytes past the stream's buffer, straight to the socket's handle.
 *
 * Only to be called while nothing waits in the socket, see `canWriteDirectly`. Gives false when the kernel has not taken the
 * bytes at once: then the handle holds them and sends them before whatever is written later. A write that fails destroys the
 * socket, as `write` would.
 *
 * Nearly always nothing waits, and the kernel takes a message while it is written. What the stream adds for bytes that do
 * wait, an object and a callback in the next tick among it, costs about a twentieth of a delivery (`npm run bench -- direct-write`).
 * Node asks applications to leave `_write` to the stream, so what the stream does besides is done here.
 */
export function writeDirectly(socket: DirectSocket, bytes: Uint8Array): boolean {
  isTaken = false;
  failure = null;
  socket._write(bytes, "buffer", tellTaken);
  if (failure !== null) socket.destroy(failure);
  return isTaken;
}

/**
 * Whether nothing waits in the socket's stream. What an earlier direct write has left with the handle it cannot know.
 *
 * Never for TLS: its handle takes one write at a time, however small, and a second one ends the process.
 */
export function canWriteDirectly(socket: Duplex): boolean {
  if (!(socket instanceof Socket) || socket instanceof TLSSocket) return false;
  return socket.writableLength === 0 && socket.writableCorked === 0;
}

function tellTaken(error?: Error | null): void {
  isTaken = true;
  failure = error ?? null;
}
