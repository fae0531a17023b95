import type { WebSocketConstructor } from "./environment.ts";

const MISSING =
  "This Node has no WebSocket. Run `npm install @tidewire/websocket`, use Node 22, or give a class as the option webSocket.";

/** The class of sockets for a Node without one. Rejects with what to install. */
export async function loadWebSocket(): Promise<WebSocketConstructor> {
  try {
    return (await import("./node-websocket.ts")).NodeWebSocket;
  } catch (cause) {
    throw new Error(MISSING, { cause });
  }
}
