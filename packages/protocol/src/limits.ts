/** Longest channel name, in characters (all of them ASCII, so also in bytes). */
export const MAX_CHANNEL_LENGTH = 200;

/** Longest channel pattern, in characters. */
export const MAX_PATTERN_LENGTH = 200;

/** Most channels of one `subscribe`. */
export const MAX_CHANNELS_PER_SUBSCRIBE = 100;

/** Deepest nesting of arrays and objects in a message, its own braces included. */
export const MAX_JSON_DEPTH = 64;

/** Longest epoch, in characters. */
export const MAX_EPOCH_LENGTH = 32;

/** Longest message id, in printable ASCII characters. */
export const MAX_MESSAGE_ID_LENGTH = 128;

/** Longest `key` of a message, in UTF-16 units. */
export const MAX_KEY_LENGTH = 200;

/** Longest name of an RPC method, in UTF-16 units. */
export const MAX_METHOD_LENGTH = 200;

/** Longest token, in characters. A signed token with many claims stays below 4 KB. */
export const MAX_TOKEN_LENGTH = 8192;

/** Longest session id, in characters. */
export const MAX_SESSION_LENGTH = 256;

/** Longest public id that a server makes, such as a connection's, in characters. */
export const MAX_SERVER_ID_LENGTH = 64;

/** Longest name of a device, in characters. */
export const MAX_DEVICE_LENGTH = 200;

/** Longest name or version that a client program gives about itself, in characters. */
export const MAX_CLIENT_TEXT_LENGTH = 100;

/**
 * Longest `info` of a member, in characters of its JSON text.
 *
 * Presence sends every member's `info` to every member, so this number is multiplied by the square of a room's size.
 */
export const MAX_INFO_LENGTH = 2048;

/** The lowest rate that a client may ask for, in values per second of each key. */
export const MIN_RATE = 0.01;

/** The highest one; what is above the channel's own rate means that rate. */
export const MAX_RATE = 1000;

/** Most messages in one answer to `history`. */
export const MAX_HISTORY_LIMIT = 1000;

/** Messages in one answer to `history` that names no `limit`. */
export const DEFAULT_HISTORY_LIMIT = 100;

/** A larger text frame than this many times `maxMessageBytes` closes the connection with 1009. */
export const OVERSIZE_CLOSE_FACTOR = 4;
