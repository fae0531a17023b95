/**
 * The version of the native protocol that this package speaks.
 *
 * `connected` carries it. Additions that old clients may ignore keep the number; anything else raises it.
 */
export const PROTOCOL_VERSION = 1;
