import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { type DeflateAgreement, SMALLEST_DEFLATE_WINDOW_BITS } from "../core/deflate-negotiation.ts";
import type { InboundCompression } from "../core/message-parser.ts";

/**
 * Put behind a compressed message before it is inflated: the sync flush that RFC 7692 §7.2.2 asks for,
 * then an empty final block, so that zlib reports a message that breaks off as an error.
 */
const INFLATE_TAIL: Buffer = Buffer.from([0x00, 0x00, 0xff, 0xff, 0x03, 0x00]);

const FLUSH_TAIL_BYTES = 4;
const NOTHING: Buffer = Buffer.alloc(0);

/** Why a message could not be inflated. */
export type InflateFailure = "tooLong" | "invalid";

/**
 * Compresses and inflates the messages of one agreement (RFC 7692 §7.2).
 *
 * Each message is done synchronously by a zlib state that lives for that message only, so the order of
 * messages is kept, and nothing stays between them but, with context takeover, the last window of plain
 * text, which the next message's state is primed with. Without context takeover one instance serves any
 * number of connections. 6 µs for a small message, against 200 µs through zlib's thread pool.
 */
export class MessageDeflate {
  readonly agreement: DeflateAgreement;
  readonly #level: number;
  #sent: Buffer = NOTHING;
  #received: Buffer = NOTHING;

  constructor(agreement: DeflateAgreement, level: number) {
    this.agreement = agreement;
    this.#level = level;
  }

  get inbound(): InboundCompression {
    return this.agreement.clientNoContextTakeover ? "stateless" : "stateful";
  }

  /** False if the peer's window is too small for zlib: then messages are sent as they are. */
  get canDeflate(): boolean {
    return this.agreement.serverMaxWindowBits >= SMALLEST_DEFLATE_WINDOW_BITS;
  }

  /** Whether nothing is carried from one message to the next, either way. */
  get stateless(): boolean {
    return this.agreement.clientNoContextTakeover && this.agreement.serverNoContextTakeover;
  }

  /**
   * The compressed form of a message, without the four bytes that end every sync flush.
   *
   * Only where `canDeflate`.
   */
  deflate(plain: Uint8Array): Buffer {
    const { serverMaxWindowBits, serverNoContextTakeover } = this.agreement;
    const flushed = deflateRawSync(plain, {
      level: this.#level,
      windowBits: serverMaxWindowBits,
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#sent.length > 0 && { dictionary: this.#sent }),
    });
    if (!serverNoContextTakeover) this.#sent = slide(this.#sent, plain, serverMaxWindowBits);
    return flushed.subarray(0, flushed.length - FLUSH_TAIL_BYTES);
  }

  /**
   * The plain form of `bytes[start, end)`, which is never longer than `maxBytes`.
   *
   * Inflating stops at that length, however much a small message would expand to.
   */
  inflate(bytes: Uint8Array, start: number, end: number, maxBytes: number): Buffer | InflateFailure {
    const message = Buffer.concat([bytes.subarray(start, end), INFLATE_TAIL]);
    let plain: Buffer = NOTHING;
    // A block marked as final ends zlib's stream, but not the message (RFC 7692 §7.2.3.4): inflate what follows.
    for (let taken = 0; taken < message.length; ) {
      const piece = this.#inflateStream(message.subarray(taken), plain, maxBytes - plain.length);
      if (typeof piece === "string") return piece;
      plain = plain.length === 0 ? piece.plain : Buffer.concat([plain, piece.plain]);
      taken += piece.takenBytes;
    }
    const { clientMaxWindowBits, clientNoContextTakeover } = this.agreement;
    if (!clientNoContextTakeover) this.#received = slide(this.#received, plain, clientMaxWindowBits);
    return plain;
  }

  #inflateStream(
    compressed: Buffer,
    before: Buffer,
    maxBytes: number,
  ): { readonly plain: Buffer; readonly takenBytes: number } | InflateFailure {
    const dictionary = before.length === 0 ? this.#received : slide(this.#received, before, 15);
    try {
      return inflateCounting(compressed, dictionary, maxBytes);
    } catch (error) {
      return isTooLong(error) ? "tooLong" : "invalid";
    }
  }
}

function inflateCounting(
  compressed: Buffer,
  dictionary: Buffer,
  maxBytes: number,
): { readonly plain: Buffer; readonly takenBytes: number } {
  const options = {
    info: true,
    // zlib takes no limit of 0: an exhausted one allows a single byte, which is then refused below.
    maxOutputLength: Math.max(1, maxBytes),
    // One allocation suffices for most messages, without 16 KB for each small one.
    chunkSize: Math.min(16_384, Math.max(256, compressed.length * 4)),
    ...(dictionary.length > 0 && { dictionary }),
  };
  const result: unknown = inflateRawSync(compressed, options);
  if (!isInflateInfo(result)) throw new TypeError("zlib gave no account of what it inflated");
  if (result.buffer.length > maxBytes) throw Object.assign(new RangeError(), { code: TOO_LONG });
  return { plain: result.buffer, takenBytes: result.engine.bytesWritten };
}

const TOO_LONG = "ERR_BUFFER_TOO_LARGE";

function isTooLong(error: unknown): boolean {
  return error instanceof RangeError && "code" in error && error.code === TOO_LONG;
}

/** What zlib's synchronous calls return with `info: true`, which its type declarations leave out. */
function isInflateInfo(value: unknown): value is { buffer: Buffer; engine: { bytesWritten: number } } {
  return (
    typeof value === "object" &&
    value !== null &&
    "buffer" in value &&
    Buffer.isBuffer(value.buffer) &&
    "engine" in value &&
    typeof value.engine === "object" &&
    value.engine !== null &&
    "bytesWritten" in value.engine &&
    typeof value.engine.bytesWritten === "number"
  );
}

/** The last window of a stream to which `added` was appended. */
function slide(window: Buffer, added: Uint8Array, windowBits: number): Buffer {
  const size = 2 ** windowBits;
  if (added.length >= size) return Buffer.from(added.subarray(added.length - size));
  const kept = window.subarray(Math.max(0, window.length + added.length - size));
  return Buffer.concat([kept, added]);
}
