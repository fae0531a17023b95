import { BULK_CHANNEL } from "./channels.ts";

/** What a message carries; it can be told from the message's id and channel whether it arrived undamaged. */
export interface Content {
  readonly of: string;
  readonly filler: string;
}

const BULK_CHARACTERS = 24_000;
const LONGEST = 1500;

export function contentOf(channel: string, id: string): Content {
  return { of: id, filler: fillerOf(channel, id) };
}

export function isContentOf(channel: string, id: string, data: unknown): boolean {
  return (
    typeof data === "object" &&
    data !== null &&
    "of" in data &&
    "filler" in data &&
    data.of === id &&
    data.filler === fillerOf(channel, id)
  );
}

function fillerOf(channel: string, id: string): string {
  let hash = channel.length;
  for (let index = 0; index < id.length; index += 1) {
    hash = (Math.imul(hash, 31) + id.charCodeAt(index)) >>> 0;
  }
  const letter = String.fromCharCode(97 + (hash % 26));
  return letter.repeat(channel === BULK_CHANNEL ? BULK_CHARACTERS : hash % LONGEST);
}
