import { isUtf8 } from "node:buffer";
import { MessageParser } from "../core/message-parser.ts";
import { LingeringSockets } from "./lingering-sockets.ts";
import type { WebSocketConnection } from "./websocket-connection.ts";
import type { WebSocketHandlers } from "./websocket-handlers.ts";
import type { WebSocketSettings } from "./websocket-options.ts";

/** What all connections of an engine share. */
export class EngineContext<Data> {
  readonly handlers: WebSocketHandlers<Data>;
  readonly settings: WebSocketSettings;
  readonly lingering: LingeringSockets;
  readonly connections: Set<WebSocketConnection<Data>> = new Set();
  /** Totals since the start: what was parsed, and what was handed to sockets as frames. */
  receivedBytes = 0;
  sentBytes = 0;
  #spareParser: MessageParser | undefined;

  constructor(handlers: WebSocketHandlers<Data>, settings: WebSocketSettings) {
    this.handlers = handlers;
    this.settings = settings;
    this.lingering = new LingeringSockets(settings.closeTimeoutMs);
  }

  /**
   * A parser for a connection that has bytes to parse.
   *
   * Connections keep one only while a message is unfinished, so idle ones have none, and nearly always the
   * same one goes around.
   */
  borrowParser(): MessageParser {
    const parser = this.#spareParser;
    if (parser === undefined) return this.#createParser();
    this.#spareParser = undefined;
    return parser;
  }

  /** Takes back a parser that is idle. */
  returnParser(parser: MessageParser): void {
    this.#spareParser = parser;
  }

  /** Tells the application that one of its handlers threw. */
  reportError(connection: WebSocketConnection<Data>, error: unknown): void {
    try {
      if (this.handlers.onError === undefined) warn(error);
      else this.handlers.onError(connection, error);
    } catch (secondError) {
      warn(secondError);
    }
  }

  #createParser(): MessageParser {
    const { maxMessageBytes, oversizeFactor } = this.settings;
    return new MessageParser("server", {
      maxMessageBytes,
      maxSkippedBytes: maxMessageBytes * oversizeFactor,
      acceptBinary: this.handlers.onBinary !== undefined,
      isUtf8,
    });
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
}
