import type { Duplex } from "node:stream";

/** Counters of the native handle under a socket. */
interface HandleCounters {
  /** Bytes handed to libuv. */
  readonly bytesWritten: number;
  /** Of those, bytes that libuv still holds because the kernel has not taken them. */
  readonly writeQueueSize: number;
}

/**
 * Bytes received plus bytes the kernel has taken to send.
 *
 * The only place that looks at a socket's native handle: `bytesWritten` counts a write as a whole as soon as libuv
 * has it, but a large one is taken piece by piece over minutes, and each piece is a sign of life. Where the handle does
 * not tell, completed writes count.
 */
export function socketProgressBytes(socket: Duplex): number {
  const handle: unknown = Reflect.get(socket, "_handle");
  const read = countOf(socket, "bytesRead");
  if (isHandleCounters(handle)) return read + handle.bytesWritten - handle.writeQueueSize;
  return read + countOf(socket, "bytesWritten") - socket.writableLength;
}

/** A stream that is no socket may count as they do; a socket that is destroyed has nothing left to count with. */
function countOf(socket: Duplex, counter: "bytesRead" | "bytesWritten"): number {
  const count: unknown = Reflect.get(socket, counter);
  return typeof count === "number" ? count : 0;
}

function isHandleCounters(handle: unknown): handle is HandleCounters {
  return (
    typeof handle === "object" &&
    handle !== null &&
    "bytesWritten" in handle &&
    typeof handle.bytesWritten === "number" &&
    "writeQueueSize" in handle &&
    typeof handle.writeQueueSize === "number"
  );
}
