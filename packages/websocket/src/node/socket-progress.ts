import { Socket } from "node:net";
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
  if (!(socket instanceof Socket)) return 0;
  const handle: unknown = Reflect.get(socket, "_handle");
  if (isHandleCounters(handle)) {
    return socket.bytesRead + handle.bytesWritten - handle.writeQueueSize;
  }
  // `bytesWritten` has nothing to count with once the socket is destroyed.
  const written: unknown = socket.bytesWritten;
  return socket.bytesRead + (typeof written === "number" ? written : 0) - socket.writableLength;
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
