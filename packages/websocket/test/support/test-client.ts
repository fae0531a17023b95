import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import {
  checkHandshakeAnswer,
  type ClientHandshake,
  clientHandshakeHeaders,
  type DeflateAgreement,
  MessageParser,
  type MessageSink,
  Opcode,
} from "../../src/core/index.ts";
import { MessageDeflate } from "../../src/node/message-deflate.ts";
import { closePayload, fragments, rawFrame, type RawFrame } from "./raw-frame.ts";

/** What a client can see happen, in order. `end`: the server has ended or reset the TCP connection. */
export type ClientEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "binary"; readonly bytes: Buffer }
  | { readonly type: "ping" | "pong"; readonly payload: string }
  | { readonly type: "close"; readonly code: number; readonly reason: string }
  | { readonly type: "failure"; readonly code: number; readonly reason: string }
  | { readonly type: "end" };

/** The example of RFC 6455 §1.3. */
export const SAMPLE_KEY = "dGhlIHNhbXBsZSBub25jZQ==";

const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * A WebSocket client on a bare socket, with the engine's core in its other role.
 *
 * It sends whatever bytes it is told to, right or wrong, and keeps what happens for `next`.
 */
export class TestClient {
  readonly socket: Socket;
  readonly deflate: DeflateAgreement | undefined;
  readonly #codec: MessageDeflate | undefined;
  readonly #events: ClientEvent[] = [];
  #wake: (() => void) | undefined;

  constructor(socket: Socket, rest: Buffer, deflate: DeflateAgreement | undefined) {
    this.socket = socket;
    this.deflate = deflate;
    this.#codec = deflate && new MessageDeflate(mirrored(deflate), 6);
    const parser = new MessageParser("client", {
      maxMessageBytes: LARGEST_ANSWER_BYTES,
      maxSkippedBytes: LARGEST_ANSWER_BYTES,
      acceptBinary: true,
    });
    const sink = this.#createSink();
    socket.on("data", (chunk: Buffer) => parser.push(chunk, sink));
    socket.on("end", () => this.#push({ type: "end" }));
    socket.on("error", () => this.#push({ type: "end" }));
    if (rest.length > 0) parser.push(rest, sink);
  }

  /** The next thing that happens, waiting for it if need be. */
  async next(): Promise<ClientEvent> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Everything up to the end of the connection, without the `end` itself. */
  async untilEnd(): Promise<ClientEvent[]> {
    const events: ClientEvent[] = [];
    for (;;) {
      const event = await this.next();
      if (event.type === "end") return events;
      events.push(event);
    }
  }

  write(bytes: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  frame(frame: RawFrame): void {
    this.write(rawFrame(frame));
  }

  text(payload: string): void {
    this.frame({ opcode: Opcode.text, payload });
  }

  close(code?: number, reason = ""): void {
    this.frame({ opcode: Opcode.close, ...(code !== undefined && { payload: closePayload(code, reason) }) });
  }

  /** Sends a message compressed as agreed, in fragments of a size. */
  compressed(opcode: Opcode, payload: Uint8Array, fragmentBytes: number = Number.POSITIVE_INFINITY): void {
    if (this.#codec === undefined) throw new Error("compression was not agreed on");
    for (const frame of fragments(opcode, this.#codec.deflate(payload), fragmentBytes, 4)) this.write(frame);
  }

  destroy(): void {
    this.socket.destroy();
  }

  #push(event: ClientEvent): void {
    this.#events.push(event);
    this.#wake?.();
    this.#wake = undefined;
  }

  #createSink(): MessageSink {
    const slice = (bytes: Uint8Array, start: number, end: number): Buffer =>
      Buffer.from(bytes.subarray(start, end));
    const deliver = (opcode: Opcode, bytes: Buffer): void => {
      if (opcode === Opcode.text) this.#push({ type: "text", text: bytes.toString() });
      else this.#push({ type: "binary", bytes });
    };
    return {
      halted: false,
      compression: this.#codec?.inbound ?? "none",
      onText: (bytes, start, end) => deliver(Opcode.text, slice(bytes, start, end)),
      onBinary: (bytes, start, end) => deliver(Opcode.binary, slice(bytes, start, end)),
      onCompressed: (opcode, bytes, start, end) => {
        const plain = this.#codec?.inflate(bytes, start, end, LARGEST_ANSWER_BYTES) ?? "invalid";
        if (typeof plain === "string") this.#push({ type: "failure", code: 1007, reason: plain });
        else deliver(opcode, plain);
      },
      onPing: (bytes, start, end) =>
        this.#push({ type: "ping", payload: slice(bytes, start, end).toString("latin1") }),
      onPong: (bytes, start, end) =>
        this.#push({ type: "pong", payload: slice(bytes, start, end).toString("latin1") }),
      onClose: (code, reason) => this.#push({ type: "close", code, reason }),
      onMessageTooLong: (length) => this.#push({ type: "failure", code: 1009, reason: String(length) }),
      onFailure: (code, reason) => this.#push({ type: "failure", code, reason }),
    };
  }
}

/** Opens a connection and shakes hands; throws if the server refuses. */
export async function connectClient(port: number, ask: Partial<ClientHandshake> = {}): Promise<TestClient> {
  const handshake: ClientHandshake = { key: SAMPLE_KEY, subprotocols: [], extensions: [], ...ask };
  const { socket, status, rawHeaders, rest } = await rawHandshake(port, clientHandshakeHeaders(handshake));
  const result = checkHandshakeAnswer({ status, rawHeaders }, handshake, sha1Base64);
  if (!result.ok) {
    socket.destroy();
    throw new Error(`handshake failed with ${result.code}: ${result.reason}`);
  }
  return new TestClient(socket, rest, result.deflate);
}

/** What came back from a request: the head in parts, and the bytes after it. */
export interface RawAnswer {
  readonly socket: Socket;
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly rest: Buffer;
}

/** Sends a request with exactly these headers (and `Host`, unless it is given) and reads the answer's head. */
export async function rawHandshake(
  port: number,
  headers: readonly (readonly [string, string])[],
  requestLine = "GET /connect HTTP/1.1",
): Promise<RawAnswer> {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  const hasHost = headers.some(([name]) => name.toLowerCase() === "host");
  const lines = [...(hasHost ? [] : [["Host", "127.0.0.1"] as const]), ...headers].map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.write(`${[requestLine, ...lines].join("\r\n")}\r\n\r\n`);
  let received = Buffer.alloc(0);
  for (;;) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    received = Buffer.concat([received, chunk]);
    const headEnd = received.indexOf("\r\n\r\n");
    if (headEnd < 0) continue;
    const [statusLine = "", ...fields] = received.toString("latin1", 0, headEnd).split("\r\n");
    const rawHeaders = fields.flatMap((field) => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon), field.slice(colon + 1).trim()];
    });
    return {
      socket,
      status: Number(statusLine.split(" ")[1]),
      rawHeaders,
      rest: received.subarray(headEnd + 4),
    };
  }
}

export function sha1Base64(text: string): string {
  return createHash("sha1").update(text).digest("base64");
}

/** The agreement as the codec of the other end sees it. */
function mirrored(agreement: DeflateAgreement): DeflateAgreement {
  return {
    serverNoContextTakeover: agreement.clientNoContextTakeover,
    clientNoContextTakeover: agreement.serverNoContextTakeover,
    serverMaxWindowBits: agreement.clientMaxWindowBits,
    clientMaxWindowBits: agreement.serverMaxWindowBits,
  };
}
