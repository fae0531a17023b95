/**
 * One WebSocket connection, as the application sees it.
 *
 * After a close has begun on either side everything that sends does nothing.
 */
export interface WebSocketConnection<Data> {
  /** What the application gave to `accept`; the engine does not look at it. */
  data: Data;
  /** The agreed subprotocol, or an empty text. */
  readonly subprotocol: string;
  /** The peer's IP address as the socket tells it, or an empty text if it never did. */
  readonly remoteAddress: string;
  /** False from the moment a close has begun, on either side. */
  readonly isOpen: boolean;

  /** Sends a text message, compressed if that was agreed on and it is long enough. */
  sendText(text: string): void;
  /** Sends a binary message, compressed like a text. The bytes must not change until they are sent. */
  sendBinary(bytes: Uint8Array): void;
  /**
   * Writes complete server frames, as `encodeTextFrame` makes them, in exactly one `socket.write`.
   *
   * The bytes are neither copied nor changed, so many connections may share them; they must not change
   * until all have sent them. Frames from `encodeDeflatedTextFrame` only where `sharedDeflate` is true.
   */
  writeFrames(frames: Uint8Array): void;
  /** Holds writes back until `uncork`, so that they leave together. Calls nest. */
  cork(): void;
  uncork(): void;
  /** Sends a ping. The payload, at most 125 bytes, comes back in `onPong`. */
  ping(payload?: Uint8Array): void;

  /**
   * Starts the closing handshake: code 1000 and no reason unless given.
   *
   * No message is delivered from here on. `onClose` follows when the peer has answered, or after
   * `closeTimeoutMs`; never before this call returns. A reason is cut at 123 bytes of UTF-8. Throws a
   * RangeError for a code that must not be sent (RFC 6455 §7.4).
   */
  close(code?: number, reason?: string): void;
  /**
   * Destroys the socket without a word; nothing more is delivered.
   *
   * `onClose` follows after this call has returned, with 1006 unless a close had begun.
   */
  terminate(): void;

  /**
   * Delivers no further message until `resumeReading`, not even one that has already arrived.
   *
   * The socket is no longer read, so the peer is slowed down by TCP. Pings are not answered meanwhile, and
   * that the peer has gone is noticed only when something is written.
   */
  pauseReading(): void;
  resumeReading(): void;

  /** Bytes queued in user space, waiting for the kernel to take them. */
  readonly bufferedBytes: number;
  /**
   * Grows whenever a byte came in or the kernel took one to send: a sign of life.
   *
   * Only growth means something; compare with the last value seen.
   */
  readonly progressBytes: number;
  /** Bytes that came in so far. Unlike one that the kernel took to send, such a byte proves a living peer. */
  readonly receivedBytes: number;
  /**
   * Whether a frame of `encodeDeflatedTextFrame` may be sent: permessage-deflate was agreed on with
   * `server_no_context_takeover` and a window of 15 bits.
   */
  readonly sharedDeflate: boolean;
}
