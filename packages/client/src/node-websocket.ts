import { type ClientConnection, connectWebSocket } from "@tidewire/websocket";
import type { WebSocketLike } from "./environment.ts";

interface Listeners {
  readonly open: ((event: unknown) => void)[];
  readonly error: ((event: unknown) => void)[];
  readonly message: ((event: { readonly data: unknown }) => void)[];
  readonly close: ((event: { readonly code: number; readonly reason: string }) => void)[];
}

/** The engine's client as the SDK knows sockets. For Node 20, which has no WebSocket of its own. */
export class NodeWebSocket implements WebSocketLike {
  readonly #connection: ClientConnection;
  readonly #listeners: Listeners = { open: [], error: [], message: [], close: [] };

  constructor(url: string) {
    const { open, message, close } = this.#listeners;
    this.#connection = connectWebSocket(url, {
      onOpen() {
        for (const listener of open) listener({});
      },
      onText(data) {
        for (const listener of message) listener({ data });
      },
      onClose(code, reason) {
        for (const listener of close) listener({ code, reason });
      },
    });
  }

  send(text: string): void {
    this.#connection.sendText(text);
  }

  close(code?: number): void {
    this.#connection.close(code);
  }

  addEventListener<Name extends keyof Listeners>(name: Name, listener: Listeners[Name][number]): void {
    const listeners: Listeners[Name][number][] = this.#listeners[name];
    listeners.push(listener);
  }
}
