import { isUtf8 } from "node:buffer";
import { Socket } from "node:net";
import { type Duplex, getDefaultHighWaterMark } from "node:stream";
import { CloseCode, isCloseCodeOnWire } from "../core/close-code.ts";
import { encodeCloseFrame } from "../core/frame-encoder.ts";
import { LIFECYCLE, type LifecycleEvent, type Phase } from "../core/lifecycle.ts";
import type { InboundCompression, MessageParser, MessageSink } from "../core/message-parser.ts";
import { MAX_CONTROL_PAYLOAD_BYTES, Opcode } from "../core/opcode.ts";
import { canWriteDirectly, writeDirectly } from "./direct-write.ts";
import type { EngineContext } from "./engine-context.ts";
import type { MessageDeflate } from "./message-deflate.ts";
import { encodeServerFrame, encodeTextFrame } from "./server-frame.ts";
import { listenToSocket, type SocketOwner } from "./socket-events.ts";
import { socketProgressBytes } from "./socket-progress.ts";
import type { WebSocketConnection } from "./websocket-connection.ts";

const EMPTY: Uint8Array = new Uint8Array(0);

/** From so many bytes on, whoever wrote them waits to be told that they are gone. */
const HIGH_WATER_BYTES = getDefaultHighWaterMark(false);

// Reasons not to read, combined as bits.
const PAUSED_BY_APPLICATION = 1;
const PAUSED_BY_BACKPRESSURE = 2;

// Whether a chunk of the peer is being handled, and whether something was written meanwhile.
const NOT_RECEIVING = 0;
const RECEIVING = 1;
const RECEIVING_CORKED = 2;

/**
 * A connection on a socket, which it owns from its construction on.
 *
 * Idle, it is this one object: it has a parser only while a message is unfinished, and the shared
 * `EngineContext` holds the rest.
 */
export class SocketConnection<Data> implements WebSocketConnection<Data>, MessageSink, SocketOwner {
  data: Data;
  readonly subprotocol: string;
  readonly #context: EngineContext<Data>;
  readonly #socket: Duplex;
  readonly #deflate: MessageDeflate | undefined;
  #parser: MessageParser | undefined;
  #phase: Phase = "open";
  #paused = 0;
  #receiving = NOT_RECEIVING;
  #closeCode: number = CloseCode.abnormal;
  #closeReason = "";
  /** Bytes of a direct write that the kernel has not taken yet. */
  #queuedBytes = 0;
  /** Something went through the stream, and may wait there; without it the stream need not be asked. */
  #streaming = true;

  constructor(
    context: EngineContext<Data>,
    socket: Duplex,
    data: Data,
    subprotocol: string,
    deflate: MessageDeflate | undefined,
  ) {
    this.data = data;
    this.subprotocol = subprotocol;
    this.#context = context;
    this.#socket = socket;
    this.#deflate = deflate;
    context.connections.add(this);
    listenToSocket(socket, this);
  }

  get remoteAddress(): string {
    return (this.#socket instanceof Socket && this.#socket.remoteAddress) || "";
  }

  get isOpen(): boolean {
    return this.#phase === "open";
  }

  get bufferedBytes(): number {
    return this.#streaming ? this.#queuedBytes + this.#socket.writableLength : this.#queuedBytes;
  }

  get progressBytes(): number {
    return socketProgressBytes(this.#socket);
  }

  get receivedBytes(): number {
    return this.#socket instanceof Socket ? this.#socket.bytesRead : 0;
  }

  get sharedDeflate(): boolean {
    const agreement = this.#deflate?.agreement;
    return agreement?.serverNoContextTakeover === true && agreement.serverMaxWindowBits === 15;
  }

  sendText(text: string): void {
    if (this.#phase !== "open") return;
    if (this.#compresses(text.length)) this.#sendCompressed(Opcode.text, Buffer.from(text));
    else this.#write(encodeTextFrame(text));
  }

  sendBinary(bytes: Uint8Array): void {
    if (this.#phase !== "open") return;
    if (this.#compresses(bytes.length)) this.#sendCompressed(Opcode.binary, bytes);
    else this.#write(encodeServerFrame(Opcode.binary, bytes));
  }

  writeFrames(frames: Uint8Array): void {
    if (this.#phase !== "open") return;
    if (!this.#isIdle()) return this.#write(frames);
    this.#context.sentBytes += frames.length;
    const socket = this.#socket;
    // A closure is made only for what the kernel does not take at once.
    if (!writeDirectly(socket, frames)) this.#awaitTaken(socket, frames.length);
    else if (frames.length >= HIGH_WATER_BYTES) process.nextTick(tellDrained, this, socket);
  }

  cork(): void {
    this.#streaming = true;
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  ping(payload: Uint8Array = EMPTY): void {
    if (payload.length > MAX_CONTROL_PAYLOAD_BYTES) throw new RangeError("a ping carries at most 125 bytes");
    if (this.#phase === "open") this.#write(encodeServerFrame(Opcode.ping, payload));
  }

  close(code: number = CloseCode.normal, reason = ""): void {
    if (!isCloseCodeOnWire(code)) throw new RangeError(`close code ${code} must not be sent`);
    this.#advance("localClose", code, reason);
  }

  terminate(): void {
    this.#advance("abort", CloseCode.abnormal, "");
  }

  pauseReading(): void {
    this.#pause(PAUSED_BY_APPLICATION);
  }

  resumeReading(): void {
    this.#resume(PAUSED_BY_APPLICATION);
  }

  // From the socket.

  onSocketData(chunk: Buffer): void {
    if (this.#phase === "closed") return;
    this.#parser ??= this.#context.borrowParser();
    const parser = this.#parser;
    this.#receiving = RECEIVING;
    try {
      const used = parser.push(chunk, this);
      this.#context.receivedBytes += used;
      if (used < chunk.length && !this.#socket.destroyed) this.#socket.unshift(chunk.subarray(used));
      if (parser.idle) this.#releaseParser();
    } catch (error) {
      this.#parser = undefined;
      this.#context.reportError(this, error);
      this.#advance("failure", CloseCode.internalError, "internal error");
    }
    if (this.#receiving === RECEIVING_CORKED) this.#socket.uncork();
    this.#receiving = NOT_RECEIVING;
  }

  onSocketDrain(): void {
    this.#resume(PAUSED_BY_BACKPRESSURE);
    if (this.#phase !== "open" || this.#context.handlers.onDrain === undefined) return;
    try {
      this.#context.handlers.onDrain(this);
    } catch (error) {
      this.#context.reportError(this, error);
      this.#advance("failure", CloseCode.internalError, "internal error");
    }
  }

  onSocketEnd(): void {
    this.#advance("peerEnd", CloseCode.abnormal, "");
  }

  onSocketClosed(): void {
    this.#context.lingering.delete(this.#socket);
    this.#advance("transportEnd", CloseCode.abnormal, "");
  }

  // From the parser.

  get halted(): boolean {
    return this.#paused !== 0;
  }

  get compression(): InboundCompression {
    return this.#deflate?.inbound ?? "none";
  }

  onText(bytes: Uint8Array, start: number, end: number): void {
    if (this.#phase !== "open") return;
    this.#context.handlers.onText(this, decodeText(bytes, start, end));
    this.#checkBackpressure();
  }

  onBinary(bytes: Uint8Array, start: number, end: number): void {
    if (this.#phase !== "open") return;
    this.#context.handlers.onBinary?.(this, bytes.subarray(start, end));
    this.#checkBackpressure();
  }

  onCompressed(opcode: Opcode, bytes: Uint8Array, start: number, end: number): void {
    const { deflate, oversizeFactor } = this.#context.settings;
    if (this.#phase !== "open" || this.#deflate === undefined || deflate === false) return;
    const plain = this.#deflate.inflate(bytes, start, end, deflate.maxInflatedBytes * oversizeFactor);
    if (plain === "tooLong") {
      this.onFailure(CloseCode.messageTooBig, "message too long");
    } else if (plain === "invalid") {
      this.onFailure(CloseCode.invalidPayload, "message cannot be inflated");
    } else if (plain.length > deflate.maxInflatedBytes) {
      this.onMessageTooLong(plain.length);
    } else if (opcode === Opcode.binary) {
      this.onBinary(plain, 0, plain.length);
    } else if (isUtf8(plain)) {
      this.onText(plain, 0, plain.length);
    } else {
      this.onFailure(CloseCode.invalidPayload, "text is not UTF-8");
    }
  }

  onPing(bytes: Uint8Array, start: number, end: number): void {
    if (this.#phase !== "open") return;
    this.#write(encodeServerFrame(Opcode.pong, bytes.subarray(start, end)));
    this.#checkBackpressure();
  }

  onPong(bytes: Uint8Array, start: number, end: number): void {
    if (this.#phase === "open") this.#context.handlers.onPong?.(this, bytes.subarray(start, end));
  }

  onMessageTooLong(lengthBytes: number): void {
    if (this.#phase === "open") this.#context.handlers.onMessageTooLong?.(this, lengthBytes);
  }

  onClose(code: number, reason: string): void {
    this.#advance("peerClose", code, reason);
  }

  onFailure(code: number, reason: string): void {
    this.#advance("failure", code, reason);
  }

  // Inside.

  #compresses(lengthBytes: number): boolean {
    const { deflate } = this.#context.settings;
    if (this.#deflate === undefined || deflate === false) return false;
    return lengthBytes >= deflate.thresholdBytes && this.#deflate.canDeflate;
  }

  #sendCompressed(opcode: Opcode, plain: Uint8Array): void {
    if (this.#deflate === undefined) return;
    this.#write(encodeServerFrame(opcode, this.#deflate.deflate(plain), true));
  }

  /**
   * Writes a frame; what is written while a chunk is handled leaves when the chunk is done, in one system call.
   *
   * A flood of pings, or of requests that are answered at once, would otherwise cost a call for each.
   */
  #write(frame: Uint8Array): void {
    this.#streaming = true;
    this.#context.sentBytes += frame.length;
    if (this.#receiving === RECEIVING) {
      this.#receiving = RECEIVING_CORKED;
      this.#socket.cork();
    }
    const socket = this.#socket;
    // What the kernel takes at once leaves no `drain` behind (Node 20.20), however large it is; whoever filled the socket waits
    // for one all the same.
    if (socket.write(frame) && frame.length >= socket.writableHighWaterMark) {
      process.nextTick(tellDrained, this, socket);
    }
  }

  /** Whether nothing waits in the socket, so that a frame may be written directly. */
  #isIdle(): boolean {
    if (this.#queuedBytes > 0 || this.#receiving !== NOT_RECEIVING) return false;
    if (this.#streaming) this.#streaming = !canWriteDirectly(this.#socket);
    return !this.#streaming;
  }

  /**
   * Counts bytes that a direct write has left with the handle, until they are gone.
   *
   * Bytes follow one another through it: when a write of nothing has gone, they have, and what is written meanwhile queues in the
   * stream behind it.
   */
  #awaitTaken(socket: Duplex, bytes: number): void {
    this.#queuedBytes = bytes;
    this.#streaming = true;
    socket.write(EMPTY, () => {
      this.#queuedBytes = 0;
      tellDrained(this, socket);
    });
  }

  #checkBackpressure(): void {
    if (this.#socket.writableLength <= this.#context.settings.maxBufferedBytes) return;
    // Without this flag no `drain` would follow, and reading would never go on.
    if (this.#socket.writableNeedDrain) this.#pause(PAUSED_BY_BACKPRESSURE);
  }

  #pause(reason: number): void {
    if (this.#phase !== "open") return;
    this.#paused |= reason;
    this.#socket.pause();
  }

  #resume(reason: number): void {
    if ((this.#paused & reason) === 0) return;
    this.#paused &= ~reason;
    if (this.#paused === 0) this.#socket.resume();
  }

  #releaseParser(): void {
    if (this.#parser !== undefined) this.#context.returnParser(this.#parser);
    this.#parser = undefined;
  }

  #advance(event: LifecycleEvent, code: number, reason: string): void {
    const step = LIFECYCLE[this.#phase][event];
    if (this.#phase === "open") {
      this.#closeCode = code;
      this.#closeReason = reason;
    }
    this.#phase = step.phase;
    if (step.send === "own") this.#write(encodeCloseFrame(code, reason));
    if (step.send === "echo") this.#write(encodeCloseFrame(code, ""));
    switch (step.transport) {
      case "await":
        this.#linger();
        break;
      case "shut":
        this.#linger();
        this.#socket.end();
        break;
      case "drop":
        this.#socket.destroy();
        break;
      case "keep":
        break;
    }
    if (step.report) this.#reportClosed();
  }

  /** Reads on whatever the reason for a pause, for the peer's close frame or its end to be seen. */
  #linger(): void {
    this.#context.lingering.add(this.#socket);
    this.#resume(this.#paused);
  }

  #reportClosed(): void {
    this.#parser = undefined;
    this.#context.connections.delete(this);
    try {
      this.#context.handlers.onClose(this, this.#closeCode, this.#closeReason);
    } catch (error) {
      this.#context.reportError(this, error);
    }
  }
}

/** One function for all connections, so that a large write makes no closure. */
function tellDrained(connection: SocketOwner, socket: Duplex): void {
  // Filled again in the meantime, the socket will tell by itself.
  if (!socket.writableNeedDrain) connection.onSocketDrain();
}

function decodeText(bytes: Uint8Array, start: number, end: number): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString("utf8", start, end);
}
