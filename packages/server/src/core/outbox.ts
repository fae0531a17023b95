import type { Encoding } from "./encoding.ts";

/**
 * The port to what waits for one connection's socket.
 *
 * What is written within a turn of the event loop leaves in one write when the turn ends, in the order it was written.
 */
export interface Outbox {
  readonly encoding: Encoding;
  /** Where the client is: its IP address, or an empty text where that is not known. */
  readonly address: string;
  /** More bytes wait than the limit allows: what has a stream must stay there, what has none is dropped. */
  readonly overrun: boolean;
  /** The connection has had the bytes it may be sent for now. It is then overrun, too, however fast its client reads. */
  readonly isCapped: boolean;
  /** Fewer bytes wait than the low-water mark: the next page of a stream may be written. */
  readonly hasRoom: boolean;
  /** How many bytes wait, for whoever shows figures. */
  readonly waitingBytes: number;
  /** Queues shared bytes. Takes them whatever the limit says: the limit is kept by asking `overrun` first. */
  write(bytes: Uint8Array): void;
  /** Hands what this turn queued to the socket, in one write. */
  flush(): void;
  /** Flushes, then closes with this code. Nothing is written afterwards. */
  close(code: number, reason: string): void;
}
