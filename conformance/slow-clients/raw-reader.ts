import { connect, type Socket } from "node:net";

/** So much of a frame's text is looked at; what comes behind is data. */
const HEAD_BYTES = 200;
const PING = 9;
/** An empty pong with a mask of zeros. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/**
 * A WebSocket client of a few lines that can leave its bytes where they are, and costs next to nothing when it reads.
 *
 * It notes the offsets of the messages it got, and of everything else only that it came. Reading, it answers pings.
 */
export class RawReader {
  readonly offsets: number[] = [];
  /** Types of the frames that are no messages, in order. */
  readonly others: string[] = [];
  /** The code of `disconnect`. */
  disconnectCode: number | null = null;
  /** Resolves when the connection has ended, cleanly or not. */
  readonly ended: Promise<void>;
  epoch = "";
  readonly #socket: Socket;
  readonly #waiting: Set<() => void> = new Set();
  #isUpgraded = false;
  #isOver = false;
  /** The beginning of a frame, or of the HTTP answer, whose rest has not come. */
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of a frame that are to be passed over. */
  #skip = 0;

  constructor(port: number, query: string) {
    const socket = connect(port, "127.0.0.1");
    this.#socket = socket;
    socket.pause();
    socket.write(
      `GET /connect?${query} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    // Attaching the listener has begun the flow.
    socket.pause();
    this.ended = new Promise((resolve) => {
      socket.once("close", () => {
        this.#isOver = true;
        this.#tell();
        resolve();
      });
    });
  }

  /** Begins to read. */
  read(): void {
    this.#socket.resume();
  }

  /** Resolves when so many messages have come, or the connection has ended. */
  async messages(count: number): Promise<void> {
    await this.#until(() => this.offsets.length >= count);
  }

  /** Resolves when a frame of this type has come, or the connection has ended. */
  async other(type: string): Promise<void> {
    await this.#until(() => this.others.includes(type));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo() && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  #tell(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const look of waiting) look();
  }

  #receive(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = EMPTY;
    if (!this.#isUpgraded) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) {
        this.#rest = bytes;
        return;
      }
      this.#isUpgraded = true;
      bytes = bytes.subarray(end + 4);
    }
    let at = Math.min(this.#skip, bytes.length);
    this.#skip -= at;
    while (at < bytes.length) {
      const used = this.#frame(bytes.subarray(at));
      if (used === 0) {
        this.#rest = bytes.subarray(at);
        break;
      }
      this.#skip = Math.max(0, at + used - bytes.length);
      at += used;
    }
    this.#tell();
  }

  /** Takes one frame of which enough is there, and says how long it is in all; 0 for more bytes, please. */
  #frame(bytes: Buffer): number {
    const short = (bytes[1] ?? 0) & 0x7f;
    const headerBytes = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (bytes.length < headerBytes) return 0;
    const length =
      short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
    if (bytes.length < headerBytes + Math.min(length, HEAD_BYTES)) return 0;
    const opcode = (bytes[0] ?? 0) & 0x0f;
    if (opcode === PING) this.#socket.write(PONG);
    if (opcode === 1)
      this.#text(bytes.toString("latin1", headerBytes, headerBytes + Math.min(length, HEAD_BYTES)));
    return headerBytes + length;
  }

  #text(head: string): void {
    const type = /^\{"type":"([a-z]+)"/.exec(head)?.[1] ?? "?";
    this.epoch = /"epoch":"([^"]+)"/.exec(head)?.[1] ?? this.epoch;
    if (type === "message") this.offsets.push(Number(/"offset":(\d+)/.exec(head)?.[1]));
    else this.others.push(type);
    if (type === "disconnect") this.disconnectCode = Number(/"code":(\d+)/.exec(head)?.[1]);
  }
}

const EMPTY: Buffer = Buffer.alloc(0);
