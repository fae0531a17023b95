import type { Role } from "@tidewire/websocket";

/** A frame for seeds: masked with zeros where a mask is needed, so that changed payloads stay readable. */
function frame(role: Role, firstByte: number, payload: string | Uint8Array = ""): Uint8Array {
  const bytes = Buffer.from(payload);
  const maskBit = role === "server" ? 0x80 : 0;
  const length =
    bytes.length < 126 ? [maskBit | bytes.length] : [maskBit | 126, bytes.length >>> 8, bytes.length & 0xff];
  const mask = role === "server" ? [0, 0, 0, 0] : [];
  return Buffer.from([firstByte, ...length, ...mask, ...bytes]);
}

const TEXT = 0x81;
const BINARY = 0x82;
const CLOSE = 0x88;
const PING = 0x89;
const PONG = 0x8a;
const FIRST_PIECE = 0x01;
const PIECE = 0x00;
const LAST_PIECE = 0x80;

/** Frames of every kind, and streams of them that a peer of this role's could send. */
export function seedStreams(role: Role): readonly Uint8Array[] {
  const make = (firstByte: number, payload: string | Uint8Array = ""): Uint8Array =>
    frame(role, firstByte, payload);
  return [
    make(TEXT, "hello"),
    make(TEXT, "κόσμε, 𝄞 and ￿"),
    make(BINARY, "x".repeat(130)),
    make(BINARY, new Uint8Array(300).fill(0xff)),
    make(CLOSE, Buffer.from([0x03, 0xe8, 0x62, 0x79, 0x65])),
    make(CLOSE, Buffer.from([0x0f, 0xa1])),
    make(CLOSE),
    Buffer.concat([make(FIRST_PIECE, "frag"), make(PING, "p"), make(PIECE, "ment"), make(LAST_PIECE, "ed")]),
    Buffer.concat([make(TEXT), make(PONG, "late"), make(BINARY, "1"), make(CLOSE)]),
    Buffer.concat([
      make(FIRST_PIECE, Buffer.from([0xf0, 0x9d])),
      make(LAST_PIECE, Buffer.from([0x84, 0x9e])),
    ]),
    make(TEXT | 0x40, Buffer.from([0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00])),
  ];
}

/** Whole frames and the beginnings of others, to be put anywhere into a stream. */
export function frameTokens(role: Role): readonly Uint8Array[] {
  const mask = role === "server" ? 0x80 : 0;
  return [
    ...seedStreams(role),
    Buffer.from([TEXT, mask | 126, 0, 126]),
    Buffer.from([BINARY, mask | 127, 0, 0, 0, 0, 0, 1, 0, 0]),
    Buffer.from([TEXT, mask | 127, 0x80, 0, 0, 0, 0, 0, 0, 1]),
    Buffer.from([0xf0, 0x90, 0x80, 0x80]),
    Buffer.from([0xed, 0xa0, 0x80]),
  ];
}
