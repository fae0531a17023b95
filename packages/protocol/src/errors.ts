/** What one error code means on every door. */
export interface ErrorFacts {
  /** The status of an HTTP answer that carries the error. */
  readonly httpStatus: number;
  /** The close code when the error ends a connection; null when the connection goes on. */
  readonly closeCode: number | null;
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;
  /** What was wrong and what to do, for when nothing more exact is known. */
  readonly message: string;
}

/**
 * Every error that any door of the server answers with.
 *
 * The codes are part of the protocol: they are added to, never renamed. docs/errors.md lists this table.
 */
export const ERRORS = {
  // What was said cannot be understood.
  bad_request: {
    httpStatus: 400,
    closeCode: null,
    retryable: false,
    message: "The request cannot be understood. Compare it with the documentation.",
  },
  malformed_json: {
    httpStatus: 400,
    closeCode: null,
    retryable: false,
    message: "The message is not valid JSON. Send one JSON object as text.",
  },
  too_deep: {
    httpStatus: 400,
    closeCode: null,
    retryable: false,
    message: "The JSON is nested too deeply. Flatten it to at most 64 levels.",
  },
  unknown_type: {
    httpStatus: 400,
    closeCode: null,
    retryable: false,
    message: "No message has this type. Check its spelling and the protocol version.",
  },
  invalid_field: {
    httpStatus: 400,
    closeCode: null,
    retryable: false,
    message: "A field is missing or has the wrong type. Correct it and send again.",
  },
  invalid_channel: {
    httpStatus: 400,
    closeCode: null,
    retryable: false,
    message:
      "This is not a channel name. Use 1 to 200 of A–Z a–z 0–9 _ - = @ , . ; : / with no empty segment.",
  },
  invalid_pattern: {
    httpStatus: 400,
    closeCode: null,
    retryable: false,
    message: "This is not a channel pattern. Use * for one whole segment and ** as the last one.",
  },
  invalid_since: {
    httpStatus: 400,
    closeCode: null,
    retryable: false,
    message:
      "This is not a position. Give an epoch and an offset, earliest, or how many of the last messages.",
  },
  message_too_large: {
    httpStatus: 413,
    closeCode: 1009,
    retryable: false,
    message: "The message is larger than allowed. Send less, or a link to the data.",
  },
  line_too_long: {
    httpStatus: 413,
    closeCode: null,
    retryable: false,
    message: "The line is longer than allowed. End each JSON object with a line feed.",
  },
  request_timeout: {
    httpStatus: 408,
    closeCode: 4002,
    retryable: true,
    message: "The request did not arrive completely in time. Send it again.",
  },
  unsupported_media_type: {
    httpStatus: 415,
    closeCode: null,
    retryable: false,
    message: "The body has the wrong type. Send JSON with Content-Type: application/json.",
  },
  method_not_allowed: {
    httpStatus: 405,
    closeCode: null,
    retryable: false,
    message: "This address does not take this method. The Allow header lists those it takes.",
  },

  // Who asks, and whether they may.
  unauthorized: {
    httpStatus: 401,
    closeCode: 4401,
    retryable: false,
    message: "The API key or token is missing or wrong. Send Authorization: Bearer with a valid one.",
  },
  token_invalid: {
    httpStatus: 401,
    closeCode: 4401,
    retryable: false,
    message: "The token was refused. Get one that is signed with a key this server knows.",
  },
  token_expired: {
    httpStatus: 401,
    closeCode: 4101,
    retryable: false,
    message: "The token has expired. Get a new one and connect or refresh with it.",
  },
  permission_denied: {
    httpStatus: 403,
    closeCode: null,
    retryable: false,
    message: "This is not allowed here. The token or the channel's rules must grant it.",
  },
  banned: {
    httpStatus: 403,
    closeCode: 4403,
    retryable: false,
    message: "This user is banned. Come back when the ban has ended.",
  },
  session_refused: {
    httpStatus: 403,
    closeCode: 4403,
    retryable: false,
    message: "This session was ended by the server. Sign in again for a new one.",
  },
  too_many_sessions: {
    httpStatus: 403,
    closeCode: 4411,
    retryable: false,
    message: "This account is signed in as often as it may be. Sign out on another device first.",
  },
  origin_forbidden: {
    httpStatus: 403,
    closeCode: null,
    retryable: false,
    message: "Pages of this origin may not use this server. Add the origin to the server's configuration.",
  },
  insecure_transport: {
    httpStatus: 403,
    closeCode: null,
    retryable: false,
    message: "An API key may not cross the network in clear text. Use TLS or connect from the same machine.",
  },

  // It was understood, and does not fit what is there.
  not_found: {
    httpStatus: 404,
    closeCode: null,
    retryable: false,
    message: "There is nothing at this address. Check the path and the id in it.",
  },
  session_unknown: {
    httpStatus: 404,
    closeCode: null,
    retryable: false,
    message: "No such session is alive. Connect again, with the positions you have.",
  },
  conflict: {
    httpStatus: 409,
    closeCode: null,
    retryable: false,
    message: "The request contradicts the present state. Look at that state, then decide.",
  },
  already_connected: {
    httpStatus: 409,
    closeCode: null,
    retryable: false,
    message: "This connection is connected already. Send connect only as the first message.",
  },
  already_subscribed: {
    httpStatus: 409,
    closeCode: null,
    retryable: false,
    message: "This channel is subscribed already. Unsubscribe first to start elsewhere.",
  },
  not_subscribed: {
    httpStatus: 409,
    closeCode: null,
    retryable: false,
    message: "This channel is not subscribed. Subscribe to it first.",
  },
  limit_exceeded: {
    httpStatus: 409,
    closeCode: null,
    retryable: false,
    message: "A limit of the server is reached. Give something up, such as a subscription, and try again.",
  },
  history_off: {
    httpStatus: 409,
    closeCode: null,
    retryable: false,
    message: "This channel keeps no history. Give it a rule with history to read it.",
  },
  presence_off: {
    httpStatus: 409,
    closeCode: null,
    retryable: false,
    message: "This channel keeps no presence. Give it a rule with presence to read it.",
  },
  rpc_off: {
    httpStatus: 409,
    closeCode: null,
    retryable: false,
    message: "This server answers no rpc. Configure an rpc hook.",
  },

  // Try again later.
  rate_limited: {
    httpStatus: 429,
    closeCode: 4008,
    retryable: true,
    message: "Too many requests. Slow down and try again.",
  },
  too_many_connections: {
    httpStatus: 503,
    closeCode: null,
    retryable: true,
    message: "No more connections are accepted now. Try again later.",
  },
  not_available: {
    httpStatus: 503,
    closeCode: null,
    retryable: true,
    message: "The store cannot be reached now. Try again soon, with the same message id.",
  },
  overloaded: {
    httpStatus: 503,
    closeCode: 4003,
    retryable: true,
    message: "The server has too much to do. Try again in a moment, with the same message id.",
  },
  shutting_down: {
    httpStatus: 503,
    closeCode: 4000,
    retryable: true,
    message: "The server is stopping. Connect again in a moment.",
  },
  keys_unavailable: {
    httpStatus: 503,
    closeCode: 4003,
    retryable: true,
    message: "The keys that tokens are checked with cannot be fetched now. Try again soon.",
  },
  hook_failed: {
    httpStatus: 502,
    closeCode: 4003,
    retryable: true,
    message: "The backend that decides about this did not answer. Try again soon.",
  },
  internal: {
    httpStatus: 500,
    closeCode: 1011,
    retryable: false,
    message: "Something failed inside the server. Its log has the details.",
  },
} as const;

/** A code in {@link ERRORS}. */
export type ErrorCode = keyof typeof ERRORS;

/** What an error code means. */
export function errorFacts(code: ErrorCode): ErrorFacts {
  return ERRORS[code];
}

/** Tells whether a text is a code of this version's table; a newer server may send others. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}
