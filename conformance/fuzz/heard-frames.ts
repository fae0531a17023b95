import { isUtf8 } from "node:buffer";
import { type InboundCompression, type MessageLimits, MessageParser, type Role } from "@tidewire/websocket";

/** Where the parsing of frames and messages is written. */
export const PARSER_FILES: readonly string[] = [
  "frame-parser.ts",
  "message-parser.ts",
  "masking.ts",
  "utf8.ts",
  "message-buffer.ts",
  "close-code.ts",
].map((file) => `/websocket/src/core/${file}`);

/** What a parser has made of a stream: one line for each event, and how it ended. */
export interface Heard {
  readonly events: readonly string[];
  /** The code that the connection fails with; null while no rule was broken. */
  readonly failure: number | null;
  /** Why, in the parser's words. */
  readonly reason: string;
  /** The peer has closed: nothing that follows is looked at. */
  readonly closed: boolean;
}

/** Parses pieces of a stream with our engine. */
export function parseStream(
  role: Role,
  limits: MessageLimits,
  pieces: readonly Uint8Array[],
  compression: InboundCompression = "none",
): Heard {
  const events: string[] = [];
  let failure: number | null = null;
  let reason = "";
  let closed = false;
  const note = (kind: string, bytes: Uint8Array, start: number, end: number): void => {
    if (failure !== null || closed) throw new Error(`${kind} after the end of the stream`);
    events.push(`${kind} ${Buffer.from(bytes.subarray(start, end)).toString("latin1")}`);
  };
  const parser = new MessageParser(role, limits);
  const sink = {
    halted: false,
    compression,
    onText(bytes: Uint8Array, start: number, end: number) {
      if (!isUtf8(bytes.subarray(start, end))) throw new Error("a text was let through that is not UTF-8");
      note("text", bytes, start, end);
    },
    onBinary: (bytes: Uint8Array, start: number, end: number) => note("binary", bytes, start, end),
    onCompressed: (opcode: number, bytes: Uint8Array, start: number, end: number) =>
      note(`compressed ${opcode}`, bytes, start, end),
    onPing: (bytes: Uint8Array, start: number, end: number) => note("ping", bytes, start, end),
    onPong: (bytes: Uint8Array, start: number, end: number) => note("pong", bytes, start, end),
    onClose(code: number, text: string) {
      events.push(`close ${code} ${Buffer.from(text).toString("latin1")}`);
      closed = true;
    },
    onMessageTooLong: (lengthBytes: number) => void events.push(`too long ${lengthBytes}`),
    onFailure(code: number, text: string) {
      if (failure !== null) throw new Error("a stream failed twice");
      failure = code;
      reason = text;
    },
  };
  // Copies: the parser takes the masks off in place.
  for (const piece of pieces) parser.push(Uint8Array.from(piece), sink);
  return { events, failure, reason, closed };
}

/** Cuts a stream into pieces, at places that the number decides. */
export function cut(stream: Uint8Array, decision: number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let state = decision;
  for (let at = 0; at < stream.length; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const length = 1 + ((state >>> 16) % 23);
    pieces.push(stream.subarray(at, at + length));
    at += length;
  }
  return pieces;
}
