import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { CloseCode } from "../core/close-code.ts";
import type { DeflateAgreement } from "../core/deflate-negotiation.ts";
import { answerHandshake, type HandshakePolicy, type HeaderField } from "../core/handshake.ts";
import { EngineContext } from "./engine-context.ts";
import { type ExtraHeaders, formatAnswerHead, formatRefusal, toHeaderFields } from "./http-answer.ts";
import { MessageDeflate } from "./message-deflate.ts";
import { SocketConnection } from "./socket-connection.ts";
import { ignoreSocketErrors } from "./socket-events.ts";
import type { WebSocketConnection } from "./websocket-connection.ts";
import type { WebSocketHandlers } from "./websocket-handlers.ts";
import { resolveOptions, type WebSocketOptions } from "./websocket-options.ts";

/**
 * Turns the upgrades of an HTTP server into WebSocket connections.
 *
 * It neither listens nor routes: hand it the arguments of the server's `upgrade` event. The `Origin`
 * header is the caller's to judge, before `accept` (RFC 6455 §10.2).
 */
export class WebSocketEngine<Data> {
  readonly #context: EngineContext<Data>;
  readonly #policy: HandshakePolicy;
  /** Serves every connection whose agreement carries nothing from message to message. */
  #statelessDeflate: MessageDeflate | undefined;

  /** Throws a RangeError for options that make no sense. */
  constructor(handlers: WebSocketHandlers<Data>, options: WebSocketOptions = {}) {
    const settings = resolveOptions(options);
    this.#context = new EngineContext(handlers, settings);
    this.#policy = {
      sha1Base64: (text) => createHash("sha1").update(text).digest("base64"),
      chooseSubprotocol: settings.chooseSubprotocol,
      deflate: settings.deflate,
    };
  }

  /** How many connections are not closed yet. */
  get size(): number {
    return this.#context.connections.size;
  }

  /** Bytes of frames that connections have parsed since the start. */
  get receivedBytes(): number {
    return this.#context.receivedBytes;
  }

  /** Bytes of frames that were handed to sockets since the start, before TLS. */
  get sentBytes(): number {
    return this.#context.sentBytes;
  }

  /** Every connection that is not closed yet. */
  [Symbol.iterator](): IterableIterator<WebSocketConnection<Data>> {
    return this.#context.connections.values();
  }

  /**
   * Answers an opening handshake, and gives the connection or, after a refusal, null.
   *
   * The socket belongs to the engine from here on. Handlers are first called after the caller's turn. null
   * also if the client has gone meanwhile. Throws a TypeError for an extra header that is not valid, and
   * what `chooseSubprotocol` throws; the socket is then untouched.
   */
  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    data: Data,
    extraHeaders: ExtraHeaders = {},
  ): WebSocketConnection<Data> | null {
    const { method = "", httpVersion, rawHeaders } = request;
    const answer = answerHandshake({ method, httpVersion, rawHeaders }, this.#policy);
    if (!answer.ok) {
      this.#refuse(socket, answer.status, answer.message, answer.headers);
      return null;
    }
    const answerHead = formatAnswerHead(101, [...answer.headers, ...toHeaderFields(extraHeaders)]);
    if (socket.destroyed || !socket.writable) {
      ignoreSocketErrors(socket);
      socket.destroy();
      return null;
    }
    if (socket instanceof Socket) {
      socket.setNoDelay(true);
      socket.setTimeout(0);
    }
    socket.write(answerHead, "latin1");
    // Frames that came with the handshake wait with what follows, so that they are not handled inside this call.
    if (head.length > 0) socket.unshift(head);
    const deflate = answer.deflate && this.#deflateFor(answer.deflate);
    return new SocketConnection(this.#context, socket, data, answer.subprotocol, deflate);
  }

  /**
   * Answers a request with an HTTP error and closes its socket.
   *
   * The message is the body, as plain text. For the caller's own refusals, such as 403 or 503.
   */
  refuse(socket: Duplex, status: number, message: string, headers: ExtraHeaders = {}): void {
    this.#refuse(socket, status, message, toHeaderFields(headers));
  }

  /**
   * Looks after a socket while the caller decides asynchronously about it.
   *
   * Without it, a client that resets the connection before `accept` or `refuse` crashes the process. The engine
   * drops the socket's error; `accept` then gives null.
   */
  hold(socket: Duplex): void {
    ignoreSocketErrors(socket);
  }

  /** Starts the closing handshake on every connection; by default 1001, going away. */
  closeAll(code: number = CloseCode.goingAway, reason = ""): void {
    for (const connection of this) connection.close(code, reason);
  }

  /** Destroys every socket the engine has, those of refused requests included. */
  terminateAll(): void {
    for (const connection of this) connection.terminate();
    this.#context.lingering.destroyAll();
  }

  #refuse(socket: Duplex, status: number, message: string, headers: readonly HeaderField[]): void {
    const { lingering } = this.#context;
    ignoreSocketErrors(socket);
    if (socket.destroyed) return;
    // The answer may be lost if the socket is closed while bytes of the peer are still unread: read on.
    lingering.add(socket);
    socket.once("close", () => lingering.delete(socket));
    socket.resume();
    socket.end(formatRefusal(status, message, headers));
  }

  #deflateFor(agreement: DeflateAgreement): MessageDeflate {
    const { deflate } = this.#context.settings;
    const codec = new MessageDeflate(agreement, deflate === false ? 6 : deflate.level);
    if (!codec.stateless || agreement.serverMaxWindowBits < 15) return codec;
    this.#statelessDeflate ??= codec;
    return this.#statelessDeflate;
  }
}
