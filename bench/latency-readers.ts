/**
 * Subscribers in one process that note how long each message took, from the publisher's clock in its data to here.
 *
 * Both processes read the system's monotonic clock, so their times can be compared.
 */
import { connect, type Socket } from "node:net";
import { answerParent } from "./support/child.ts";

interface Opening {
  readonly port: number;
  readonly count: number;
  readonly path: string;
  /** Clients that do not read are held beside the others and never looked at. */
  readonly reads: boolean;
}

/** What a timed message begins with in its data; messages without it are counted by nobody. */
const SENT_AT = Buffer.from('"sentAtNs":"');
const sockets: Socket[] = [];
let tookMs: number[] = [];

function open({ port, path, reads }: Opening): void {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  socket.on("error", () => {});
  if (!reads) {
    socket.pause();
    return;
  }
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (;;) {
      const mark = bytes.indexOf(SENT_AT, at);
      const end = mark < 0 ? -1 : bytes.indexOf('"', mark + SENT_AT.length);
      if (end < 0) {
        // The mark may be cut in two; what stands before it is not needed any more.
        rest = bytes.subarray(mark < 0 ? Math.max(at, bytes.length - SENT_AT.length + 1) : mark);
        return;
      }
      const sentAtNs = BigInt(bytes.toString("latin1", mark + SENT_AT.length, end));
      tookMs.push(Number(process.hrtime.bigint() - sentAtNs) / 1e6);
      at = end;
    }
  });
}

answerParent({
  open: (opening: Opening) => {
    for (let opened = 0; opened < opening.count; opened += 1) open(opening);
    return sockets.length;
  },
  /** How many timed messages have come since they were taken last. */
  received: () => tookMs.length,
  /** The 99th percentile and the median of their times, in milliseconds. */
  take: () => {
    const sorted = Float64Array.from(tookMs).toSorted();
    tookMs = [];
    const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
    return { medianMs: at(0.5), p99Ms: at(0.99) };
  },
});
