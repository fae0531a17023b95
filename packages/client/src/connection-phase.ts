/** Why there is no connection: a short code, and a sentence for the person. */
export interface Why {
  readonly code: string;
  readonly reason: string;
}

/** A ping that waits for a sign of life. */
export interface Probe {
  /** How many frames had arrived when it was sent: any further one answers it. */
  readonly frames: number;
  readonly dueAtMs: number;
}

/** A try to connect. */
interface Try {
  /** How many tries failed before it since the connection was last good. */
  readonly attempt: number;
  readonly startedAtMs: number;
}

interface Wait extends Try {
  readonly why: Why;
  readonly retryInMs: number;
  readonly retryAtMs: number;
  /** What the server asked for; nothing makes the wait shorter than this. */
  readonly notBeforeMs: number;
}

interface Link extends Try {
  readonly connectedAtMs: number;
  readonly pingIntervalMs: number;
  readonly probe: Probe | undefined;
}

/** What is known in each phase. */
export interface Phases {
  /** Nothing was started. */
  readonly idle: object;
  /** Waiting for a token, and for what an earlier page left behind. No socket yet. */
  readonly preparing: Try;
  /** Waiting for the socket to open. */
  readonly opening: Try;
  /** `connect` was sent; waiting for the server's first answer. */
  readonly joining: Try;
  readonly connected: Link;
  /** Waiting for the next try. */
  readonly waiting: Wait;
  /** The page is put away, and comes back. */
  readonly suspended: object;
  readonly kicked: { readonly closeCode: number; readonly reason: string };
  readonly closed: { readonly why: Why };
}

/** Where the connection is. */
export type Phase<At extends keyof Phases = keyof Phases> = {
  readonly [Name in At]: { readonly at: Name } & Phases[Name];
}[At];
