import type { Environment, WebSocketConstructor, WebSocketLike } from "./environment.ts";

/** Where the door is kept that worked, if it is not WebSocket's. */
export const DOOR_KEY = "tidewire:door";

/** The ways to a server that leads past WebSocket too, in the order they are tried. */
export interface Doors {
  /** Whether there is another door to try before this try counts as failed. */
  readonly canFallBack: boolean;
  /** Begins a try, at the door that worked last. */
  first(): WebSocketLike;
  /** Goes on to the next door. */
  next(): WebSocketLike;
  /** The door that was opened last leads to the server. */
  worked(): void;
}

/** What doors need of the world. */
export type DoorsEnvironment = Pick<Environment, "now" | "startTimer" | "storage">;

/** Makes the doors to a server, whose address is that of its WebSockets. */
export type DoorsOf = (url: string, webSocket: WebSocketConstructor, environment: DoorsEnvironment) => Doors;
