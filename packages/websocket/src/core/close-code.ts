import { decodeUtf8, encodeUtf8, UTF8_ACCEPT, validateUtf8 } from "./utf8.ts";

/** Close codes with a meaning in RFC 6455 §7.4.1 and the IANA registry. */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  /** Never on the wire: the close frame carried no code. */
  noStatus: 1005,
  /** Never on the wire: the connection ended without a close frame. */
  abnormal: 1006,
  invalidPayload: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
  /** Sent by clients only: the server did not negotiate an extension it needs. */
  mandatoryExtension: 1010,
  internalError: 1011,
  serviceRestart: 1012,
  tryAgainLater: 1013,
  badGateway: 1014,
} as const;

/** The longest reason that fits a close frame beside its code, in UTF-8 bytes. */
export const MAX_CLOSE_REASON_BYTES = 123;

/**
 * Whether a close frame may carry this code.
 *
 * 1000–1003 and 1007–1014 are defined, 3000–3999 registered, 4000–4999 private; all else
 * must not appear on the wire (RFC 6455 §7.4).
 */
export function isCloseCodeOnWire(code: number): boolean {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

/**
 * The payload of a close frame.
 *
 * `CloseCode.noStatus` gives an empty one. A reason beyond 123 bytes is cut at a character, since
 * a close must not fail for the length of its explanation. Throws a RangeError for a code that must not
 * be sent.
 */
export function encodeClosePayload(code: number, reason: string): Uint8Array {
  if (code === CloseCode.noStatus) return new Uint8Array(0);
  if (!isCloseCodeOnWire(code)) throw new RangeError(`close code ${code} must not be sent`);
  const text = cutAtCharacter(encodeUtf8(reason), MAX_CLOSE_REASON_BYTES);
  const payload = new Uint8Array(2 + text.length);
  payload[0] = code >>> 8;
  payload[1] = code & 0xff;
  payload.set(text, 2);
  return payload;
}

/** What a close frame said, or why it is malformed. */
export type ClosePayload =
  | { readonly ok: true; readonly code: number; readonly reason: string }
  | { readonly ok: false; readonly code: number; readonly reason: string };

/** Reads `bytes[start, end)` as the payload of a close frame (RFC 6455 §5.5.1). */
export function parseClosePayload(bytes: Uint8Array, start: number, end: number): ClosePayload {
  if (start === end) return { ok: true, code: CloseCode.noStatus, reason: "" };
  if (end - start === 1) {
    return { ok: false, code: CloseCode.protocolError, reason: "close frame with half a code" };
  }
  const code = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
  if (!isCloseCodeOnWire(code)) {
    return { ok: false, code: CloseCode.protocolError, reason: "close code must not be sent" };
  }
  if (validateUtf8(bytes, start + 2, end, UTF8_ACCEPT) !== UTF8_ACCEPT) {
    return { ok: false, code: CloseCode.invalidPayload, reason: "close reason is not UTF-8" };
  }
  return { ok: true, code, reason: decodeUtf8(bytes, start + 2, end) };
}

function cutAtCharacter(utf8: Uint8Array, maxBytes: number): Uint8Array {
  if (utf8.length <= maxBytes) return utf8;
  let end = maxBytes;
  while (end > 0 && ((utf8[end] ?? 0) & 0xc0) === 0x80) end--;
  return utf8.subarray(0, end);
}
