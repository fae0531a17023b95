import type { WebSocketConstructor } from "./environment.ts";

/** Takes the place of `load-websocket.ts` where there is no Node. */
export function loadWebSocket(): Promise<WebSocketConstructor> {
  return Promise.reject(new Error("Give a class as the option webSocket."));
}
