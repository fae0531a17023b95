import { PARTS, type Parts } from "./parts.ts";

/** What the SDK uses of a WebSocket: the browser's, Node's and that of `ws` all fit. */
export interface WebSocketLike {
  send(text: string): void;
  close(code?: number): void;
  addEventListener(type: "open" | "error", listener: (event: unknown) => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: "close",
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
}

/** A class of WebSockets. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** The part of a browser's page whose events tell when a socket is not to be trusted. */
export interface Page {
  /** Fires `online`, `offline`, `pagehide` and `pageshow`. */
  readonly window: EventTarget;
  /** Fires `visibilitychange`. */
  readonly document: EventTarget & { readonly visibilityState: string };
}

/** Everything impure that the SDK touches. Tests and unusual runtimes bring their own. */
export interface Environment {
  /** The wall clock, in milliseconds since 1970: a monotonic one may stand still while the machine sleeps. */
  readonly now: () => number;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  /** Calls back once after `delayMs` and returns what cancels it. */
  readonly startTimer: (delayMs: number, callback: () => void) => () => void;
  /** Tells a developer about an error that nothing handles. Must not throw. */
  readonly reportError: (error: unknown) => void;
  readonly webSocket: WebSocketConstructor | undefined;
  /** Absent outside browsers. */
  readonly page: Page | undefined;
  /** The page's address, against which relative URLs are resolved; absent outside browsers. */
  readonly baseUrl: string | undefined;
  /** Where a browser's pages keep what they know; absent elsewhere, and where a page is not allowed to. */
  readonly storage: Storage | undefined;
  /** Where the parts come from that load when they are needed. */
  readonly parts: Parts;
}

/** The environment the program runs in: a browser's page or worker, or Node. */
export function hostEnvironment(): Environment {
  const host: Partial<typeof globalThis> = globalThis;
  const { window, document, location, WebSocket, reportError, console } = host;
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    startTimer(delayMs, callback) {
      // A longer delay would be taken for none.
      const timer = setTimeout(callback, Math.min(delayMs, 2 ** 31 - 1));
      return () => clearTimeout(timer);
    },
    reportError(error) {
      // Node has no reportError, and to throw from a timer would end the process.
      if (reportError === undefined) console?.error(error);
      else reportError(error);
    },
    webSocket: WebSocket,
    page: window === undefined || document === undefined ? undefined : { window, document },
    baseUrl: location?.href,
    storage: localStorageOf(host),
    parts: PARTS,
  };
}

/** A page in a sandbox throws when it only looks. */
function localStorageOf(host: Partial<typeof globalThis>): Storage | undefined {
  try {
    return host.window?.localStorage;
  } catch {
    return undefined;
  }
}
