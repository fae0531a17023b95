import type { WebSocketConnection } from "./websocket-connection.ts";

/**
 * What the application does with connections: one object for all of them.
 *
 * Messages come in order, each in a call of its own. If a handler throws, its connection is closed with
 * 1011 and `onError` is told; nobody else is affected.
 */
export interface WebSocketHandlers<Data> {
  onText(connection: WebSocketConnection<Data>, text: string): void;
  /** If absent, binary messages are refused with 1003. The bytes are the application's to keep. */
  onBinary?(connection: WebSocketConnection<Data>, bytes: Uint8Array): void;
  /**
   * The socket has room again, after a write had filled it: one that is as large as the socket's
   * `writableHighWaterMark`, alone or with what was queued. Never within the write itself.
   */
  onDrain?(connection: WebSocketConnection<Data>): void;
  onPong?(connection: WebSocketConnection<Data>, payload: Uint8Array): void;
  /**
   * A message longer than `maxMessageBytes`, but not by more than `oversizeFactor`, was skipped.
   *
   * The connection stays. `lengthBytes` is its length; of a compressed one perhaps its compressed length.
   */
  onMessageTooLong?(connection: WebSocketConnection<Data>, lengthBytes: number): void;
  /**
   * The connection is closed; called exactly once, and last.
   *
   * The code is that of the first close frame, sent or received: 1005 if it had no code, 1006 if there was
   * none because the socket died. The socket itself may take a moment longer.
   */
  onClose(connection: WebSocketConnection<Data>, code: number, reason: string): void;
  /** A handler threw. Without this, the error becomes a process warning. */
  onError?(connection: WebSocketConnection<Data>, error: unknown): void;
}
