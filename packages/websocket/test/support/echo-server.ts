import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type WebSocketConnection,
  WebSocketEngine,
  type WebSocketHandlers,
  type WebSocketOptions,
} from "../../src/index.ts";

/** How a connection ended, as the application was told. */
interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** An engine behind a real HTTP server, which sends every message back. */
export interface EchoServer {
  readonly port: number;
  readonly http: Server;
  readonly engine: WebSocketEngine<null>;
  /** Every `onClose` so far. */
  readonly closed: readonly Closed[];
  /** Every `onError` so far. */
  readonly errors: readonly unknown[];
  /** Waits for the next connection to be accepted. */
  nextConnection(): Promise<WebSocketConnection<null>>;
  /** Waits until so many connections have been reported closed, in all. */
  untilClosed(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one on a free port of 127.0.0.1; `handlers` replace the echo where given. */
export async function startEchoServer(
  options: WebSocketOptions = {},
  handlers: Partial<WebSocketHandlers<null>> = {},
): Promise<EchoServer> {
  const closed: Closed[] = [];
  const errors: unknown[] = [];
  const closeWaiters: { count: number; resolve: () => void }[] = [];
  const connectionWaiters: ((connection: WebSocketConnection<null>) => void)[] = [];
  const engine = new WebSocketEngine<null>(
    {
      onText: (connection, text) => connection.sendText(text),
      onBinary: (connection, bytes) => connection.sendBinary(bytes),
      onError: (_connection, error) => errors.push(error),
      ...handlers,
      onClose(connection, code, reason) {
        closed.push({ code, reason });
        for (const waiter of closeWaiters) if (closed.length >= waiter.count) waiter.resolve();
        handlers.onClose?.(connection, code, reason);
      },
    },
    options,
  );
  const http = createServer((_request, response) => response.writeHead(404).end());
  http.on("upgrade", (request, socket, head) => {
    const connection = engine.accept(request, socket, head, null);
    if (connection !== null) connectionWaiters.shift()?.(connection);
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    port: (http.address() as AddressInfo).port,
    http,
    engine,
    closed,
    errors,
    nextConnection: () =>
      new Promise((resolve) => {
        connectionWaiters.push(resolve);
      }),
    untilClosed: (count) =>
      new Promise((resolve) => {
        if (closed.length >= count) resolve();
        else closeWaiters.push({ count, resolve });
      }),
    async stop() {
      engine.terminateAll();
      http.close();
      http.closeAllConnections();
      await once(http, "close");
    },
  };
}
