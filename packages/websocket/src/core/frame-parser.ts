import { CloseCode } from "./close-code.ts";
import { applyMask } from "./masking.ts";
import { MAX_CONTROL_PAYLOAD_BYTES, Opcode, opcodeOf } from "./opcode.ts";

/** Which end of the connection this is; it decides who must mask. */
export type Role = "server" | "client";

/** Receives frames while they arrive. A method that returns false ends the parsing for good. */
export interface FrameSink {
  /** Whether to stop after the current frame; the rest of the chunk is left to the caller. */
  readonly halted: boolean;
  /** A header whose length is known; not one byte of the payload has been taken yet. */
  onFrameHeader(opcode: Opcode, fin: boolean, rsv1: boolean, payloadBytes: number): boolean;
  /**
   * The next piece, `chunk[start, end)`, of the current frame's payload, unmasked.
   *
   * Every frame has at least one piece (an empty one if its payload is empty); `frameEnds` marks the last.
   * The bytes lie in the chunk that was pushed.
   */
  onPayload(chunk: Uint8Array, start: number, end: number, frameEnds: boolean): boolean;
  /** The peer broke the framing rules; nothing more will be reported. */
  onFailure(code: number, reason: string): void;
}

const Step = { firstByte: 0, secondByte: 1, length: 2, maskKey: 3, payload: 4, failed: 5 } as const;
type Step = (typeof Step)[keyof typeof Step];

/**
 * Cuts a byte stream into frames, in whatever pieces it arrives (RFC 6455 §5.2).
 *
 * Every rule is enforced at the first byte that breaks it: reserved bits and opcodes, the mask a
 * client must and a server must not use, the shortest form of a length, its 63 bits, and the limits of
 * control frames. What a message may consist of is the sink's business.
 */
export class FrameParser {
  readonly #masked: boolean;
  #step: Step = Step.firstByte;
  #opcode: Opcode = Opcode.continuation;
  #fin = false;
  #rsv1 = false;
  /** Bytes of the current step's number that are still to come. */
  #missing = 0;
  #lengthClass = 0;
  /** The frame's payload bytes that have not been taken yet. */
  #remaining = 0;
  #maskKey = 0;
  #phase = 0;

  constructor(role: Role) {
    this.#masked = role === "server";
  }

  /** Whether the last frame is complete and nothing of the next has arrived. */
  get betweenFrames(): boolean {
    return this.#step === Step.firstByte;
  }

  /**
   * Takes the next bytes, and gives how many were used: all, unless the sink halted.
   *
   * The chunk belongs to the parser from now on: payloads are unmasked in place. After a failure
   * everything is swallowed.
   */
  push(chunk: Uint8Array, sink: FrameSink): number {
    let i = 0;
    while (i < chunk.length) {
      switch (this.#step) {
        case Step.firstByte:
          if (sink.halted) return i;
          this.#takeFirstByte(chunk[i++] ?? 0, sink);
          break;
        case Step.secondByte:
          this.#takeSecondByte(chunk[i++] ?? 0, sink);
          break;
        case Step.length:
          this.#takeLengthByte(chunk[i++] ?? 0, sink);
          break;
        case Step.maskKey:
          this.#maskKey = (this.#maskKey << 8) | (chunk[i++] ?? 0);
          if (--this.#missing === 0) this.#step = Step.payload;
          break;
        case Step.payload:
          i = this.#takePayload(chunk, i, sink);
          break;
        case Step.failed:
          return chunk.length;
      }
      if (this.#step === Step.payload && this.#remaining === 0) this.#takePayload(chunk, i, sink);
    }
    return i;
  }

  #takeFirstByte(byte: number, sink: FrameSink): void {
    const opcode = opcodeOf(byte & 0x0f);
    this.#fin = (byte & 0x80) !== 0;
    this.#rsv1 = (byte & 0x40) !== 0;
    if ((byte & 0x30) !== 0) return this.#fail(sink, "reserved bit set");
    if (opcode === undefined) return this.#fail(sink, "reserved opcode");
    if (opcode >= Opcode.close) {
      if (!this.#fin) return this.#fail(sink, "fragmented control frame");
      if (this.#rsv1) return this.#fail(sink, "reserved bit set");
    }
    this.#opcode = opcode;
    this.#step = Step.secondByte;
  }

  #takeSecondByte(byte: number, sink: FrameSink): void {
    const masked = (byte & 0x80) !== 0;
    if (masked !== this.#masked) {
      return this.#fail(sink, masked ? "masked frame from a server" : "unmasked frame from a client");
    }
    const length = byte & 0x7f;
    if (this.#opcode >= Opcode.close && length > MAX_CONTROL_PAYLOAD_BYTES) {
      return this.#fail(sink, "control frame longer than 125 bytes");
    }
    if (length < 126) {
      this.#remaining = length;
      return this.#headerKnown(sink);
    }
    this.#lengthClass = length;
    this.#missing = length === 126 ? 2 : 8;
    this.#remaining = 0;
    this.#step = Step.length;
  }

  #takeLengthByte(byte: number, sink: FrameSink): void {
    // A length beyond 2^53 loses its low bits here, which does not matter: no limit is that high.
    this.#remaining = this.#remaining * 256 + byte;
    this.#missing--;
    if (this.#lengthClass === 127 && this.#missing === 7 && byte > 0x7f) {
      return this.#fail(sink, "length beyond 63 bits");
    }
    if (this.#missing > 0) return;
    if (this.#remaining < (this.#lengthClass === 126 ? 126 : 65536)) {
      return this.#fail(sink, "length not in its shortest form");
    }
    this.#headerKnown(sink);
  }

  #headerKnown(sink: FrameSink): void {
    this.#phase = 0;
    this.#missing = 4;
    this.#step = this.#masked ? Step.maskKey : Step.payload;
    if (!sink.onFrameHeader(this.#opcode, this.#fin, this.#rsv1, this.#remaining)) this.#step = Step.failed;
  }

  #takePayload(chunk: Uint8Array, start: number, sink: FrameSink): number {
    const end = Math.min(chunk.length, start + this.#remaining);
    if (this.#masked) applyMask(chunk, start, end, this.#maskKey, this.#phase);
    this.#phase = (this.#phase + end - start) & 3;
    this.#remaining -= end - start;
    const frameEnds = this.#remaining === 0;
    if (frameEnds) this.#step = Step.firstByte;
    if (!sink.onPayload(chunk, start, end, frameEnds)) this.#step = Step.failed;
    return end;
  }

  #fail(sink: FrameSink, reason: string): void {
    this.#step = Step.failed;
    sink.onFailure(CloseCode.protocolError, reason);
  }
}
