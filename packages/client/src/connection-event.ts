import type { Why } from "./connection-phase.ts";

/** What is known of each thing that can happen. */
export interface ConnectionEvents {
  /** The program called `connect()`. */
  readonly connect: object;
  /** The program called `close()`. */
  readonly close: object;
  /** What a connection needs is there: a token, or the certainty that none is needed. */
  readonly prepared: object;
  /** The socket is open. */
  readonly opened: object;
  /** The server answered `connect`. */
  readonly connected: { readonly pingIntervalMs: number };
  /** The server answered `connect` with an error, or what a connection needs could not be had. */
  readonly refused: {
    readonly why: Why;
    readonly retryable: boolean;
    readonly retryAfterMs?: number | undefined;
  };
  /** The server said goodbye. */
  readonly disconnect: {
    readonly code: number;
    readonly reason: string;
    readonly reconnect: boolean;
    readonly retryAfterMs: number;
  };
  readonly socketClosed: { readonly code: number; readonly reason: string };
  /** The timer fired, `lateMs` after its time: a sleeping machine and a frozen page hold timers up. */
  readonly timer: { readonly lateMs: number };
  /** The page came to the front, or the network came back; `doubt` says that the socket may have died meanwhile. */
  readonly wake: { readonly doubt: boolean };
  /** The network went away. */
  readonly offline: object;
  /** The page is put away. */
  readonly hide: object;
  /** The page is there again; `doubt` says that it was put away before. */
  readonly show: { readonly doubt: boolean };
}

/** What happened. */
export type ConnectionEvent<Type extends keyof ConnectionEvents = keyof ConnectionEvents> = {
  readonly [Name in Type]: { readonly type: Name } & ConnectionEvents[Name];
}[Type];
