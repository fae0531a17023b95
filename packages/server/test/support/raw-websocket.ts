import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { CleanUp } from "./clean-up.ts";
import { within } from "./deadline.ts";

/** A WebSocket as bytes: for frames that no well-behaved client sends. */
export interface RawWebSocket {
  readonly socket: Socket;
  /** The code of the server's close frame, once the server has closed; 1006 when there was none. */
  closeCode(): Promise<number>;
}

/** What a test wants different from a plain handshake. */
export interface RawOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes that travel in the same packet as the handshake. */
  readonly afterHandshake?: Uint8Array;
}

const HEADERS = {
  Host: "127.0.0.1",
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** Opens a socket, shakes hands at this path, and gives it once the server has agreed. Rejects with the answer when it has not. */
export async function openRawWebSocket(
  t: CleanUp,
  server: { readonly port: number },
  path: string,
  { headers = {}, afterHandshake = new Uint8Array(0) }: RawOptions = {},
): Promise<RawWebSocket> {
  const socket = connect(server.port, "127.0.0.1");
  t.after(() => socket.destroy());
  socket.on("error", () => {});
  let received = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
  });
  const lines = Object.entries({ ...HEADERS, ...headers }).map(([name, value]) => `${name}: ${value}`);
  const head = [`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n");
  socket.write(Buffer.concat([Buffer.from(head), afterHandshake]));
  const closed = once(socket, "close");
  while (!received.includes("\r\n\r\n")) await within(once(socket, "data"), "the handshake's answer");
  const answer = received.toString("latin1");
  if (!answer.startsWith("HTTP/1.1 101")) throw new Error(`refused: ${answer}`);
  return {
    socket,
    async closeCode() {
      await within(closed, "the close");
      return lastCloseCode(received.subarray(received.indexOf("\r\n\r\n") + 4));
    },
  };
}

/** Walks over the server's frames, which are never masked. */
function lastCloseCode(frames: Buffer): number {
  let code = 1006;
  for (let at = 0; at + 2 <= frames.length; ) {
    const short = frames.readUInt8(at + 1) & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const length =
      short === 126
        ? frames.readUInt16BE(at + 2)
        : short === 127
          ? Number(frames.readBigUInt64BE(at + 2))
          : short;
    const payload = at + 2 + extended;
    if ((frames.readUInt8(at) & 0x0f) === 8 && length >= 2) code = frames.readUInt16BE(payload);
    at = payload + length;
  }
  return code;
}

/** A masked frame with these first bits and opcode, as `0x81` for a whole text. */
export function maskedFrame(first: number, payload: Uint8Array): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([0xfe, payload.length >> 8, payload.length & 0xff]);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([first]), length, mask, masked]);
}
