import type { Duplex } from "node:stream";

/** What the owner of a socket hears from it. */
export interface SocketOwner {
  /** Whether the owner has paused the socket, and will resume it by itself. */
  readonly halted: boolean;
  onSocketData(chunk: Buffer): void;
  onSocketDrain(): void;
  /** The peer has ended its side. */
  onSocketEnd(): void;
  /** The socket is gone, whatever the cause. */
  onSocketClosed(): void;
}

const OWNER = Symbol("owner");

interface OwnedSocket extends Duplex {
  readonly [OWNER]: SocketOwner;
}

/**
 * Connects a socket's events with their owner.
 *
 * The listeners are the same functions for every socket and find the owner on the socket, because five
 * closures for each of 10 000 idle connections would cost 3 MB.
 */
export function listenToSocket(socket: Duplex, owner: SocketOwner): void {
  Object.assign(socket, { [OWNER]: owner });
  socket.on("data", onData);
  socket.on("drain", onDrain);
  socket.on("end", onEnd);
  socket.on("close", onClose);
  ignoreSocketErrors(socket);
}

/**
 * Keeps a socket's error from crashing the process; `close` follows every error.
 *
 * Calling it again does nothing.
 */
export function ignoreSocketErrors(socket: Duplex): void {
  if (!socket.listeners("error").includes(onError)) socket.on("error", onError);
}

/** What is read at once when more is waiting. */
const FULL_READ_BYTES = 65_536;

/**
 * Hands a chunk on; after a full one the socket is not read again in this turn of the event loop.
 *
 * As long as a peer sends faster than it is read, libuv reads the same socket up to 32 times in a row: 2 MB of small frames, for whose handling everybody
 * else waits (up to a second, conformance/attack).
 */
function onData(this: OwnedSocket, chunk: Buffer): void {
  this[OWNER].onSocketData(chunk);
  if (chunk.length < FULL_READ_BYTES || this.isPaused()) return;
  this.pause();
  setImmediate(readOn, this);
}

function readOn(socket: OwnedSocket): void {
  if (!socket[OWNER].halted && !socket.destroyed) socket.resume();
}

function onDrain(this: OwnedSocket): void {
  this[OWNER].onSocketDrain();
}

function onEnd(this: OwnedSocket): void {
  this[OWNER].onSocketEnd();
}

function onClose(this: OwnedSocket): void {
  this[OWNER].onSocketClosed();
}

function onError(): void {}
