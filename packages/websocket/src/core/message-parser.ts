import { CloseCode, parseClosePayload } from "./close-code.ts";
import { FrameParser, type FrameSink, type Role } from "./frame-parser.ts";
import { MessageBuffer } from "./message-buffer.ts";
import { MAX_CONTROL_PAYLOAD_BYTES, Opcode } from "./opcode.ts";
import { UTF8_ACCEPT, UTF8_REJECT, validateUtf8 } from "./utf8.ts";

/**
 * Receives whole messages and control frames, in the order in which they end.
 *
 * Payloads are `bytes[start, end)`. They may lie in the chunk that was pushed; they are never written to
 * again, so the receiver may keep them (and with them that chunk).
 */
export interface MessageSink {
  /** True stops the parser before the next frame. */
  readonly halted: boolean;
  readonly compression: InboundCompression;
  /** A text, already known to be UTF-8. */
  onText(bytes: Uint8Array, start: number, end: number): void;
  onBinary(bytes: Uint8Array, start: number, end: number): void;
  /** A message still compressed; nothing is known of what is inside. */
  onCompressed(opcode: Opcode, bytes: Uint8Array, start: number, end: number): void;
  onPing(bytes: Uint8Array, start: number, end: number): void;
  onPong(bytes: Uint8Array, start: number, end: number): void;
  /** The peer's close frame; nothing after it is parsed. Code 1005 when it had none. */
  onClose(code: number, reason: string): void;
  /** A message over `maxMessageBytes` but not over `maxSkippedBytes` went by without being kept. */
  onMessageTooLong(lengthBytes: number): void;
  /** The peer broke a rule; nothing more is parsed. The code is the one to close with. */
  onFailure(code: number, reason: string): void;
}

/**
 * Whether RSV1 may be set on a message's first frame, and what skipping such a message does.
 *
 * `none`: RSV1 is an error. `stateless`: each message is compressed alone. `stateful`: each builds on those
 * before it (context takeover), so none can be skipped and an overlong one fails with 1009.
 */
export type InboundCompression = "none" | "stateless" | "stateful";

/** What a parser lets through. */
export interface MessageLimits {
  readonly maxMessageBytes: number;
  /** Longer messages, up to this, are skipped and reported; beyond it the parser fails with 1009. */
  readonly maxSkippedBytes: number;
  /** False fails with 1003 at the header of a binary message. */
  readonly acceptBinary: boolean;
  /** A faster check of a whole text than the streaming one, where the host has it. */
  readonly isUtf8?: ((bytes: Uint8Array) => boolean) | undefined;
}

/**
 * A text that came in one piece and is at least this long goes to the host's own validator; below,
 * the call costs more than the loop (`bench/websocket-parse.ts`).
 */
const NATIVE_UTF8_FROM_BYTES = 64;

/**
 * Turns a byte stream into messages (RFC 6455 §5.4–§5.6, RFC 7692 §6).
 *
 * Text is checked as it arrives, so that a wrong byte fails in the middle of a fragment. Lengths
 * are checked when a header announces them, before anything is kept. One parser serves one connection at a
 * time; while it is `idle` it knows nothing about it and may serve another.
 */
export class MessageParser implements FrameSink {
  readonly #frames: FrameParser;
  readonly #limits: MessageLimits;
  #sink: MessageSink = NOBODY;
  #failed = false;

  // The current frame.
  #frameOpcode: Opcode = Opcode.continuation;
  #fin = false;
  #frameBytes = 0;

  // The current message; `continuation` means that there is none.
  #opcode: Opcode = Opcode.continuation;
  #compressed = false;
  #skipping = false;
  /** Payload bytes announced by the message's headers so far. */
  #announcedBytes = 0;
  #utf8: number = UTF8_ACCEPT;
  readonly #message: MessageBuffer = new MessageBuffer();
  readonly #control: MessageBuffer = new MessageBuffer();

  constructor(role: Role, limits: MessageLimits) {
    this.#frames = new FrameParser(role);
    this.#limits = limits;
  }

  /** Whether nothing is unfinished, so that the next byte begins a new message. */
  get idle(): boolean {
    return this.#frames.betweenFrames && this.#opcode === Opcode.continuation && !this.#failed;
  }

  get halted(): boolean {
    return this.#sink.halted;
  }

  /**
   * Takes the next bytes, and gives how many were used: all, unless the sink halted.
   *
   * The chunk belongs to the parser from now on. If the sink throws, the parser is of no further use.
   */
  push(chunk: Uint8Array, sink: MessageSink): number {
    this.#sink = sink;
    const used = this.#frames.push(chunk, this);
    this.#sink = NOBODY;
    return used;
  }

  onFrameHeader(opcode: Opcode, fin: boolean, rsv1: boolean, payloadBytes: number): boolean {
    this.#frameOpcode = opcode;
    this.#fin = fin;
    this.#frameBytes = payloadBytes;
    if (opcode >= Opcode.close) return true;
    if (opcode === Opcode.continuation) {
      if (this.#opcode === Opcode.continuation) return this.#broken("continuation of no message");
      if (rsv1) return this.#broken("reserved bit set");
    } else {
      if (this.#opcode !== Opcode.continuation) return this.#broken("new message inside a message");
      if (rsv1 && this.#sink.compression === "none") return this.#broken("reserved bit set");
      if (opcode === Opcode.binary && !this.#limits.acceptBinary) {
        return this.#fail(CloseCode.unsupportedData, "binary messages are not accepted");
      }
      this.#opcode = opcode;
      this.#compressed = rsv1;
    }
    return this.#announce(payloadBytes);
  }

  onPayload(chunk: Uint8Array, start: number, end: number, frameEnds: boolean): boolean {
    if (this.#frameOpcode >= Opcode.close) return this.#takeControl(chunk, start, end, frameEnds);
    const messageEnds = frameEnds && this.#fin;
    if (this.#opcode === Opcode.text && !this.#compressed) {
      if (!this.#checkText(chunk, start, end, messageEnds)) {
        return this.#fail(CloseCode.invalidPayload, "text is not UTF-8");
      }
    }
    if (messageEnds && this.#message.length === 0) return this.#endMessage(chunk, start, end);
    if (!this.#skipping && end > start) {
      this.#message.append(chunk, start, end, this.#expectedBytes());
    }
    if (!messageEnds) return true;
    const length = this.#message.length;
    return this.#endMessage(this.#message.take(), 0, length);
  }

  onFailure(code: number, reason: string): void {
    this.#fail(code, reason);
  }

  #announce(payloadBytes: number): boolean {
    this.#announcedBytes += payloadBytes;
    const { maxMessageBytes, maxSkippedBytes } = this.#limits;
    if (this.#announcedBytes <= this.#allow(maxMessageBytes)) return true;
    const unskippable = this.#compressed && this.#sink.compression === "stateful";
    if (unskippable || this.#announcedBytes > this.#allow(maxSkippedBytes)) {
      return this.#fail(CloseCode.messageTooBig, "message too long");
    }
    this.#skipping = true;
    this.#message.clear();
    return true;
  }

  /** What cannot be compressed grows a little: DEFLATE adds five bytes to each stored block. */
  #allow(limitBytes: number): number {
    return this.#compressed ? limitBytes + Math.ceil(limitBytes / 64) + 256 : limitBytes;
  }

  #expectedBytes(): number {
    return this.#fin ? this.#announcedBytes : this.#allow(this.#limits.maxMessageBytes);
  }

  #checkText(chunk: Uint8Array, start: number, end: number, messageEnds: boolean): boolean {
    const { isUtf8 } = this.#limits;
    const whole = messageEnds && this.#announcedBytes === end - start;
    if (whole && isUtf8 !== undefined && end - start >= NATIVE_UTF8_FROM_BYTES) {
      return isUtf8(chunk.subarray(start, end));
    }
    this.#utf8 = validateUtf8(chunk, start, end, this.#utf8);
    return messageEnds ? this.#utf8 === UTF8_ACCEPT : this.#utf8 !== UTF8_REJECT;
  }

  #endMessage(bytes: Uint8Array, start: number, end: number): boolean {
    const opcode = this.#opcode;
    const skippedBytes = this.#skipping ? this.#announcedBytes : -1;
    const compressed = this.#compressed;
    this.#opcode = Opcode.continuation;
    this.#compressed = false;
    this.#skipping = false;
    this.#announcedBytes = 0;
    this.#utf8 = UTF8_ACCEPT;
    if (skippedBytes >= 0) this.#sink.onMessageTooLong(skippedBytes);
    else if (compressed) this.#sink.onCompressed(opcode, bytes, start, end);
    else if (opcode === Opcode.text) this.#sink.onText(bytes, start, end);
    else this.#sink.onBinary(bytes, start, end);
    return !this.#failed;
  }

  #takeControl(chunk: Uint8Array, start: number, end: number, frameEnds: boolean): boolean {
    if (frameEnds && this.#frameBytes === end - start) return this.#endControl(chunk, start, end);
    this.#control.append(chunk, start, end, MAX_CONTROL_PAYLOAD_BYTES);
    if (!frameEnds) return true;
    const length = this.#control.length;
    return this.#endControl(this.#control.take(), 0, length);
  }

  #endControl(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#frameOpcode === Opcode.ping) this.#sink.onPing(bytes, start, end);
    else if (this.#frameOpcode === Opcode.pong) this.#sink.onPong(bytes, start, end);
    else return this.#endWithClose(bytes, start, end);
    return true;
  }

  #endWithClose(bytes: Uint8Array, start: number, end: number): boolean {
    const close = parseClosePayload(bytes, start, end);
    if (!close.ok) return this.#fail(close.code, close.reason);
    this.#abandon();
    this.#sink.onClose(close.code, close.reason);
    return false;
  }

  #broken(reason: string): boolean {
    return this.#fail(CloseCode.protocolError, reason);
  }

  #fail(code: number, reason: string): boolean {
    this.#abandon();
    this.#sink.onFailure(code, reason);
    return false;
  }

  #abandon(): void {
    this.#failed = true;
    this.#message.clear();
    this.#control.clear();
  }
}

/** Stands in between two pushes, so that no sink is kept alive by a pooled parser. */
const NOBODY: MessageSink = {
  halted: true,
  compression: "none",
  onText() {},
  onBinary() {},
  onCompressed() {},
  onPing() {},
  onPong() {},
  onClose() {},
  onMessageTooLong() {},
  onFailure() {},
};
