import { isUtf8 } from "node:buffer";
import { createHash, randomBytes } from "node:crypto";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Duplex } from "node:stream";
import {
  type ClientHandshake,
  checkHandshakeAnswer,
  clientHandshakeHeaders,
} from "../core/client-handshake.ts";
import { CloseCode, isCloseCodeOnWire } from "../core/close-code.ts";
import { encodeCloseFrame, encodeFrame } from "../core/frame-encoder.ts";
import { LIFECYCLE, type LifecycleEvent, type Phase } from "../core/lifecycle.ts";
import { MessageParser, type MessageSink } from "../core/message-parser.ts";
import { Opcode } from "../core/opcode.ts";
import { ignoreSocketErrors, listenToSocket, type SocketOwner } from "./socket-events.ts";

/** What a client is told about its connection. None of these is called before `connectWebSocket` has returned. */
export interface ClientHandlers {
  /** The server has accepted. */
  onOpen(): void;
  onText(text: string): void;
  /** If absent, binary messages are refused with 1003. */
  onBinary?(bytes: Uint8Array): void;
  /**
   * It is over; called exactly once, and last, also when it never opened.
   *
   * The code is that of the first close frame; 1005 if it had none, 1006 if there was no close frame. `reason` then says
   * what went wrong, as far as it is known.
   */
  onClose(code: number, reason: string): void;
}

/** A connection to a server. What is sent before it is open, or after it is closed, is dropped. */
export interface ClientConnection {
  sendText(text: string): void;
  sendBinary(bytes: Uint8Array): void;
  /** Starts the closing handshake; before the connection is open it gives the try up. Default 1005, which sends no code. */
  close(code?: number, reason?: string): void;
}

/** Limits of a client. */
export interface ClientConnectionOptions {
  /** A longer message closes the connection with 1009. Default 16 MB. */
  readonly maxMessageBytes?: number;
  /** How long the server may take for its part of the close. Default 5000. */
  readonly closeTimeoutMs?: number;
}

/**
 * Connects to a WebSocket server, without compression. `url` is `ws:` or `wss:`.
 *
 * Throws a TypeError for an address that is none. Everything else that fails is told by `onClose`.
 */
export function connectWebSocket(
  url: string | URL,
  handlers: ClientHandlers,
  options: ClientConnectionOptions = {},
): ClientConnection {
  const connection = new SocketClient(handlers, options);
  connection.open(new URL(url));
  return connection;
}

const sha1Base64 = (text: string): string => createHash("sha1").update(text).digest("base64");

/** The client's end of a connection (RFC 6455 §4.1, §5.3): it masks what it sends, and takes no masked frame. */
class SocketClient implements ClientConnection, SocketOwner, MessageSink {
  readonly halted = false;
  readonly compression = "none";
  readonly #handlers: ClientHandlers;
  readonly #closeTimeoutMs: number;
  readonly #parser: MessageParser;
  #phase: Phase | "connecting" = "connecting";
  #abandon: () => void = () => {};
  #socket: Duplex | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closeCode: number = CloseCode.abnormal;
  #closeReason = "";

  constructor(handlers: ClientHandlers, options: ClientConnectionOptions) {
    const { maxMessageBytes = 16 * 1024 * 1024, closeTimeoutMs = 5000 } = options;
    this.#handlers = handlers;
    this.#closeTimeoutMs = closeTimeoutMs;
    this.#parser = new MessageParser("client", {
      maxMessageBytes,
      maxSkippedBytes: maxMessageBytes,
      acceptBinary: handlers.onBinary !== undefined,
      isUtf8,
    });
  }

  open(url: URL): void {
    const handshake: ClientHandshake = {
      key: randomBytes(16).toString("base64"),
      subprotocols: [],
      extensions: [],
    };
    const isSecure = url.protocol === "wss:" || url.protocol === "https:";
    const target = new URL(url);
    target.protocol = isSecure ? "https:" : "http:";
    const headers = Object.fromEntries(clientHandshakeHeaders(handshake));
    const request = (isSecure ? requestHttps : requestHttp)(target, { headers, agent: false });
    this.#abandon = () => request.destroy();
    request.on("upgrade", (answer, socket, head) => this.#upgraded(answer, handshake, socket, head));
    request.on("response", ({ statusCode }) => {
      request.destroy();
      this.#failed(`The server answered ${statusCode}.`);
    });
    request.on("error", (error) => this.#failed(error.message));
    request.on("close", () => this.#failed(""));
    request.end();
  }

  sendText(text: string): void {
    this.#send(Opcode.text, Buffer.from(text));
  }

  sendBinary(bytes: Uint8Array): void {
    this.#send(Opcode.binary, bytes);
  }

  close(code: number = CloseCode.noStatus, reason = ""): void {
    if (code !== CloseCode.noStatus && !isCloseCodeOnWire(code)) {
      throw new RangeError(`close code ${code} must not be sent`);
    }
    if (this.#phase === "connecting") this.#abandon();
    else this.#advance("localClose", code, reason);
  }

  // From the socket.

  onSocketData(chunk: Buffer): void {
    if (this.#phase !== "closed") this.#parser.push(chunk, this);
  }

  onSocketDrain(): void {}

  onSocketEnd(): void {
    this.#advance("peerEnd", CloseCode.abnormal, "");
  }

  onSocketClosed(): void {
    clearTimeout(this.#timer);
    this.#advance("transportEnd", CloseCode.abnormal, "");
  }

  // From the parser.

  onText(bytes: Uint8Array, start: number, end: number): void {
    if (this.#phase === "open")
      this.#handlers.onText(Buffer.from(bytes.subarray(start, end)).toString("utf8"));
  }

  onBinary(bytes: Uint8Array, start: number, end: number): void {
    if (this.#phase === "open") this.#handlers.onBinary?.(bytes.subarray(start, end));
  }

  /** Never called: without an agreement the parser refuses compressed messages. */
  onCompressed(): void {}

  onPing(bytes: Uint8Array, start: number, end: number): void {
    this.#send(Opcode.pong, bytes.subarray(start, end));
  }

  onPong(): void {}

  /** Never called: the parser skips no message. */
  onMessageTooLong(): void {}

  onClose(code: number, reason: string): void {
    this.#advance("peerClose", code, reason);
  }

  onFailure(code: number, reason: string): void {
    this.#advance("failure", code, reason);
  }

  // Inside.

  #upgraded(answer: IncomingMessage, handshake: ClientHandshake, socket: Duplex, head: Buffer): void {
    const { statusCode: status = 0, rawHeaders } = answer;
    const result = checkHandshakeAnswer({ status, rawHeaders }, handshake, sha1Base64);
    if (this.#phase !== "connecting" || !result.ok) {
      ignoreSocketErrors(socket);
      socket.destroy();
      return this.#failed(result.ok ? "" : result.reason);
    }
    this.#phase = "open";
    this.#socket = socket;
    if (head.length > 0) socket.unshift(head);
    listenToSocket(socket, this);
    return this.#handlers.onOpen();
  }

  #failed(reason: string): void {
    if (this.#phase !== "connecting") return;
    this.#phase = "closed";
    this.#handlers.onClose(CloseCode.abnormal, reason);
  }

  #send(opcode: Opcode, payload: Uint8Array): void {
    if (this.#phase === "open") this.#socket?.write(encodeFrame(opcode, payload, { maskKey: maskKey() }));
  }

  #advance(event: LifecycleEvent, code: number, reason: string): void {
    if (this.#phase === "connecting") return;
    const step = LIFECYCLE[this.#phase][event];
    if (this.#phase === "open") {
      this.#closeCode = code;
      this.#closeReason = reason;
    }
    this.#phase = step.phase;
    if (step.send === "own") this.#socket?.write(encodeCloseFrame(code, reason, maskKey()));
    if (step.send === "echo") this.#socket?.write(encodeCloseFrame(code, "", maskKey()));
    if (step.transport === "shut") this.#socket?.end();
    if (step.transport === "drop") this.#socket?.destroy();
    // The server ends the transport (RFC 6455 §7.1.1), in time.
    if (step.transport === "await" || step.transport === "shut") {
      this.#timer ??= setTimeout(() => this.#socket?.destroy(), this.#closeTimeoutMs);
    }
    if (step.report) this.#handlers.onClose(this.#closeCode, this.#closeReason);
  }
}

/** Unpredictable, new for each frame (RFC 6455 §5.3). */
function maskKey(): number {
  return randomBytes(4).readUInt32BE();
}
