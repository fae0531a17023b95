/**
 * The close codes of the native protocol, by what happened.
 *
 * 4000–4399 ask the client to come back, 4400–4999 ask it to stay away. Other codes below 4000 mean what
 * RFC 6455 §7.4.1 says. docs/errors.md lists this table.
 */
export const CLOSE = {
  /** The server stops or restarts. */
  shutdown: 4000,
  /** Nothing was read from or accepted by the peer for the stall time-out. */
  stalled: 4001,
  /** The client connected and never said who it is. */
  connectTimeout: 4002,
  /** What tells who the client is, such as the backend or the keys of its tokens, cannot be reached now. */
  unavailable: 4003,
  /** The client sent more than the limits allow, or too much that was wrong. */
  flood: 4008,
  /** The token ran out and was not refreshed. */
  tokenExpired: 4101,
  /** The backend or an operator closed the connection. An API call may choose another code from 4400 on. */
  kicked: 4400,
  /** The token is missing or was refused. */
  unauthorized: 4401,
  /** The user is banned, the session was killed, or the backend refused the connection. */
  forbidden: 4403,
  /** The session went on in another connection. */
  sessionTaken: 4409,
  /** The account was signed in elsewhere, and this session had to make room. */
  signedInElsewhere: 4410,
  /** The account is signed in as often as it may be. */
  signedInTooOften: 4411,
} as const;

/** The name of a close code in {@link CLOSE}. */
export type CloseName = keyof typeof CLOSE;

/** What the close frame and `disconnect` say when there is no better reason. At most 123 bytes each (RFC 6455 §5.5). */
export const CLOSE_REASONS: { readonly [Name in CloseName]: string } = {
  shutdown: "the server is restarting",
  stalled: "nothing was read from this connection for too long",
  connectTimeout: "no connect message came in time",
  unavailable: "it cannot be found out now who this client is",
  flood: "too many messages or errors",
  tokenExpired: "the token has expired",
  kicked: "closed by the server",
  unauthorized: "the token is missing or not valid",
  forbidden: "this user or session is not allowed to connect",
  sessionTaken: "the session continues on another connection",
  signedInElsewhere: "signed in on another device",
  signedInTooOften: "signed in on too many devices",
};

/** The lowest and highest code that a kick may use. */
export const KICK_CODES = { min: 4400, max: 4999 } as const;

const NORMAL_CLOSURE = 1000;
const POLICY_VIOLATION = 1008;

/**
 * Tells whether a client may come back by itself after this close code.
 *
 * Not after 1000 and 1008, which end the conversation on purpose, nor after 4400–4999. Every other code, 1006
 * included, may be a passing trouble: come back with growing delays.
 */
export function mayReconnect(code: number): boolean {
  if (code === NORMAL_CLOSURE || code === POLICY_VIOLATION) return false;
  return code < KICK_CODES.min || code > KICK_CODES.max;
}
