import type { WebSocketConstructor } from "./environment.ts";

/** Takes the place of `load-websocket.ts` where there is no Node. */
export function loadWebSocket(): Promise<WebSocketConstructor> {
  return Promise.reject(new Error("There is no WebSocket here. Give one as the option webSocket."));
}
