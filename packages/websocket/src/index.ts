export * from "./core/index.ts";
export type { ExtraHeaders } from "./node/http-answer.ts";
export { encodeDeflatedTextFrame, encodeServerFrame, encodeTextFrame } from "./node/server-frame.ts";
export { socketProgressBytes } from "./node/socket-progress.ts";
export type { WebSocketConnection } from "./node/websocket-connection.ts";
export { WebSocketEngine } from "./node/websocket-engine.ts";
export type { WebSocketHandlers } from "./node/websocket-handlers.ts";
export type { DeflateOptions, WebSocketOptions } from "./node/websocket-options.ts";
export {
  type ClientConnection,
  type ClientConnectionOptions,
  type ClientHandlers,
  connectWebSocket,
} from "./node/connect-websocket.ts";
