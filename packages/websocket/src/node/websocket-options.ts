/** permessage-deflate (RFC 7692), as the server offers it. */
export interface DeflateOptions {
  /**
   * Shorter messages are sent uncompressed; a text counts its UTF-16 units.
   *
   * Default 1024: below, it costs more than it saves.
   */
  readonly thresholdBytes?: number;
  /** A longer message, once inflated, counts as too long. Default: `maxMessageBytes`. */
  readonly maxInflatedBytes?: number;
  /** zlib's level, 1–9. Default 6. */
  readonly level?: number;
  /** Compress each message alone, so that one frame serves all connections. Default true. */
  readonly serverNoContextTakeover?: boolean;
  /**
   * Have clients compress each message alone, so that a connection keeps nothing between messages.
   *
   * Default true; false costs up to `2 ** clientMaxWindowBits` bytes for each client that sends.
   */
  readonly clientNoContextTakeover?: boolean;
  /** 9–15. Default 15. */
  readonly serverMaxWindowBits?: number;
  /** 9–15, for clients that let the server choose. Default 15. */
  readonly clientMaxWindowBits?: number;
}

/** Limits and choices of a `WebSocketEngine`. */
export interface WebSocketOptions {
  /** The longest message that is delivered. Default 65 536. */
  readonly maxMessageBytes?: number;
  /**
   * A message up to this many times `maxMessageBytes` is skipped and reported by `onMessageTooLong`;
   * a longer one closes the connection with 1009. Default 1: every overlong message closes.
   */
  readonly oversizeFactor?: number;
  /**
   * While more than this waits to be sent, no more is read from the peer. Default 262 144.
   *
   * Checked after each inbound message, so that pongs and replies that nobody reads cannot pile up.
   * It does not limit what the application sends of its own accord.
   */
  readonly maxBufferedBytes?: number;
  /** How long a peer may take for its part of the close, and to read a refusal. Default 5000. */
  readonly closeTimeoutMs?: number;
  /** Default false: nothing is compressed. */
  readonly deflate?: false | DeflateOptions;
  /** Picks one of the subprotocols a client offers. Default: none. */
  readonly chooseSubprotocol?: (offered: readonly string[]) => string | undefined;
}

/** The options with every default filled in. */
export interface WebSocketSettings {
  readonly maxMessageBytes: number;
  readonly oversizeFactor: number;
  readonly maxBufferedBytes: number;
  readonly closeTimeoutMs: number;
  readonly deflate: false | Required<DeflateOptions>;
  readonly chooseSubprotocol: ((offered: readonly string[]) => string | undefined) | undefined;
}

/** Fills in defaults. Throws a RangeError for a number that makes no sense. */
export function resolveOptions(options: WebSocketOptions): WebSocketSettings {
  const maxMessageBytes = atLeast(1, options.maxMessageBytes ?? 65_536, "maxMessageBytes");
  return {
    maxMessageBytes,
    oversizeFactor: atLeast(1, options.oversizeFactor ?? 1, "oversizeFactor"),
    maxBufferedBytes: atLeast(0, options.maxBufferedBytes ?? 262_144, "maxBufferedBytes"),
    closeTimeoutMs: atLeast(0, options.closeTimeoutMs ?? 5000, "closeTimeoutMs"),
    deflate: options.deflate ? resolveDeflate(options.deflate, maxMessageBytes) : false,
    chooseSubprotocol: options.chooseSubprotocol,
  };
}

function resolveDeflate(options: DeflateOptions, maxMessageBytes: number): Required<DeflateOptions> {
  return {
    thresholdBytes: atLeast(0, options.thresholdBytes ?? 1024, "thresholdBytes"),
    maxInflatedBytes: atLeast(1, options.maxInflatedBytes ?? maxMessageBytes, "maxInflatedBytes"),
    level: within(1, 9, options.level ?? 6, "level"),
    serverNoContextTakeover: options.serverNoContextTakeover ?? true,
    clientNoContextTakeover: options.clientNoContextTakeover ?? true,
    serverMaxWindowBits: within(9, 15, options.serverMaxWindowBits ?? 15, "serverMaxWindowBits"),
    clientMaxWindowBits: within(9, 15, options.clientMaxWindowBits ?? 15, "clientMaxWindowBits"),
  };
}

function atLeast(minimum: number, value: number, name: string): number {
  if (value >= minimum) return value;
  throw new RangeError(`${name} must be at least ${minimum}, not ${value}`);
}

function within(minimum: number, maximum: number, value: number, name: string): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new RangeError(`${name} must be a whole number from ${minimum} to ${maximum}, not ${value}`);
}
