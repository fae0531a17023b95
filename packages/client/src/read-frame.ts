import type { Push } from "@tidewire/protocol";

/**
 * Reads the text of one frame from the server.
 *
 * Undefined for what is no JSON object with a type, and for an offset that is no whole number. About the rest the server
 * is believed: docs/decisions/0008-what-the-sdk-loads-and-checks.md says why `decodePush` of the protocol is not used.
 * Types that this version does not know are ignored by whoever receives them.
 */
export function readFrame(text: string): Push | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isPush(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPush(value: unknown): value is Push {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  return !("offset" in value) || Number.isSafeInteger(value.offset);
}
