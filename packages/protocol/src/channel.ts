import { isInboxName } from "./inbox.ts";
import { MAX_CHANNEL_LENGTH } from "./limits.ts";

const ALPHABET = "A–Z a–z 0–9 _ - = @ , . ; : /";
const OUTSIDE_ALPHABET = /[^A-Za-z0-9_\-=@,.;:/]/u;
const CHANNEL_NAME = /^[A-Za-z0-9_\-=@,;]+(?:[.:/][A-Za-z0-9_\-=@,;]+)*$/;

/**
 * Tells whether a text is a channel name.
 *
 * 1–200 characters of `A–Z a–z 0–9 _ - = @ , . ; : /`, where `:`, `.` and `/` separate segments that are never
 * empty. A name that begins with `@` must be an inbox as `inboxOf` writes it.
 */
export function isChannelName(name: string): boolean {
  // The length comes first, so that the expression never runs over a hostile megabyte.
  if (name.length > MAX_CHANNEL_LENGTH || !CHANNEL_NAME.test(name)) return false;
  return !name.startsWith("@") || isInboxName(name);
}

/** The name under which every connection gets what is sent to everybody. Nobody subscribes to it. */
export const BROADCAST_CHANNEL = "$broadcast";

/** Says what is wrong with a channel name and what to do about it; undefined when it is one. */
export function channelNameProblem(name: string): string | undefined {
  if (isChannelName(name)) return undefined;
  if (name === "") return `A channel name must not be empty. Use 1 to ${MAX_CHANNEL_LENGTH} of ${ALPHABET}.`;
  if (name.length > MAX_CHANNEL_LENGTH) {
    return `A channel name has at most ${MAX_CHANNEL_LENGTH} characters; this one has ${name.length}. Shorten it.`;
  }
  if (name.startsWith("$") || name.startsWith("#")) {
    return `Channel names that begin with ${name.slice(0, 1)} are reserved. Begin with another character.`;
  }
  if (name.includes("*"))
    return "A channel name must not contain *. Only subscribe and unsubscribe take patterns.";
  const outside = OUTSIDE_ALPHABET.exec(name);
  if (outside !== null) {
    const character = JSON.stringify(outside[0]);
    return `A channel name must not contain ${character} (at character ${outside.index + 1}). Use only ${ALPHABET}.`;
  }
  if (!CHANNEL_NAME.test(name)) {
    return "A channel name must not have an empty segment. Put something before, between and after : . and /";
  }
  return "A name that begins with @ is a user's inbox. Write each character of the user id that is not one of A–Z a–z 0–9 _ - @ , ; as = and two upper-case hex digits for each of its UTF-8 bytes.";
}
