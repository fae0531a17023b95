import type { Refusal } from "./refusal.ts";

/** What a token or a hook allows beyond the rules. Shared by all sessions that may do the same. */
export interface Grants {
  maySubscribe(channel: string): boolean;
  /** Whether all that a pattern matches is granted. */
  maySubscribePattern(pattern: string): boolean;
  mayPublish(channel: string): boolean;
}

/**
 * Who a session belongs to, and what was said of it when that was found out. Never changed: a refresh brings another one.
 *
 * An anonymous one has no user.
 */
export interface Identity {
  readonly user: string | null;
  /** JSON text of what presence shows of this session; null for nothing. */
  readonly infoJson: string | null;
  /** The device, as the backend names it; null when it names none. */
  readonly device: string | null;
  /** The sign-in at the backend that this connection belongs to, such as the id of a cookie's session; null: unknown. */
  readonly signIn: string | null;
  /** Whether the user was proven; in open mode it is only claimed. */
  readonly authenticated: boolean;
  /** null: no token and no hook spoke for this session. */
  readonly grants: Grants | null;
  /** Channels that the backend subscribes the session to when it connects. */
  readonly subscribe: readonly string[];
  /** When the proof was issued, in milliseconds since 1970; null when it does not say. */
  readonly issuedAtMs: number | null;
  /** When the proof ends, in milliseconds since 1970; null: never. */
  readonly expiresAtMs: number | null;
}

/** Somebody who has not said who they are. */
export const ANONYMOUS: Identity = {
  user: null,
  infoJson: null,
  device: null,
  signIn: null,
  authenticated: false,
  grants: null,
  subscribe: [],
  issuedAtMs: null,
  expiresAtMs: null,
};

/** What is known of a client when it connects: what it says about itself, and where it comes from. */
export interface Claims {
  /** A secret. */
  readonly token?: string | undefined;
  readonly user?: string | undefined;
  readonly info?: unknown;
  readonly device?: string | undefined;
  /** Its IP address; an empty text where that is not known. */
  readonly address: string;
  /** The page it runs on, as the `Origin` header names it; undefined outside of browsers. */
  readonly origin: string | undefined;
}

/**
 * The port to what says who a client is, or why it may not be here.
 *
 * It answers at once where nothing has to be asked, so that a crowd that returns costs no promises. It never rejects.
 */
export type Identify = (claims: Claims) => Identity | Refusal | Promise<Identity | Refusal>;
