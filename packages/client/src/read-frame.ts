import type { Push } from "@tidewire/protocol";

/**
 * Reads the text of one frame from the server.
 *
 * Undefined for what is no JSON object with a type and, where it names a place in a stream, the whole place: half of one
 * would be stored and sent back as nonsense. About the rest the server is believed, which the client's own sessions go
 * through: `decodePush` of the protocol asks for every field, and would be a twentieth of the SDK. Types that this
 * version does not know are ignored by whoever receives them.
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
