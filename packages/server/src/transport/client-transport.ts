/** A way in for clients, as the server's life is concerned: it is counted, drained and cut. */
export interface ClientTransport {
  /** How figures name it. */
  readonly name: "websocket" | "sse" | "poll";
  /** Written to clients since the start, before TLS. */
  readonly sentBytes: number;
  /** Open connections. */
  readonly size: number;
  /** Sends every client away with this code; `retryAfterMs` says for each how long it should wait before it comes back. */
  closeAll(code: number, reason: string, retryAfterMs: () => number): void;
  /** Cuts what has not closed by itself. */
  terminateAll(): void;
}
