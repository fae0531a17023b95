import { MAX_CHANNEL_LENGTH } from "./limits.ts";

/** What `encodeURIComponent` leaves but a segment may not hold, and what it escapes but a segment may. */
const URI_DIFFERENCE = /%40|%2C|%3B|%([0-9A-F]{2})|[.!~*'()]/g;

const ENCODED_BYTE = /=([0-9A-F]{2})/g;

/**
 * Gives the channel that is this user's inbox: `@` and the user id as one segment.
 *
 * Each byte (UTF-8) of a character outside the channel alphabet, of a separator (`:` `.` `/`) and of `=` becomes
 * `=HH`, so different users never share an inbox. Throws a RangeError for what `userIdProblem` names.
 */
export function inboxOf(user: string): string {
  const problem = userIdProblem(user);
  if (problem !== undefined) throw new RangeError(problem);
  return encode(user);
}

/** Gives the user whose inbox this channel is; undefined for every other channel. */
export function userOfInbox(channel: string): string | undefined {
  if (!channel.startsWith("@") || channel.length > MAX_CHANNEL_LENGTH) return undefined;
  const user = decode(channel.slice(1));
  // Only the spelling that inboxOf writes counts: two names for one inbox would let a rule or a ban miss one of them.
  return user !== undefined && user !== "" && encode(user) === channel ? user : undefined;
}

/** Tells whether a channel name is a user's inbox in its one valid spelling. */
export function isInboxName(channel: string): boolean {
  return userOfInbox(channel) !== undefined;
}

/** Says why a text cannot be a user id; undefined when it can. */
export function userIdProblem(user: string): string | undefined {
  if (user === "") return "A user id must not be empty.";
  // Before encoding: a hostile megabyte would become three.
  if (user.length >= MAX_CHANNEL_LENGTH) return tooLong();
  if (/\p{Surrogate}/u.test(user))
    return "A user id must be valid Unicode; this one has half of a surrogate pair.";
  return encode(user).length > MAX_CHANNEL_LENGTH ? tooLong() : undefined;
}

function tooLong(): string {
  return `The user id is too long: its inbox name must fit into ${MAX_CHANNEL_LENGTH} characters, where all but A–Z a–z 0–9 _ - @ , ; take three per byte.`;
}

function encode(user: string): string {
  return `@${encodeURIComponent(user).replace(URI_DIFFERENCE, inboxSpelling)}`;
}

function inboxSpelling(found: string, hex: string | undefined): string {
  if (hex !== undefined) return `=${hex}`;
  if (found.startsWith("%")) return decodeURIComponent(found);
  return `=${found.charCodeAt(0).toString(16).toUpperCase()}`;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment.replace(/%/g, "%25").replace(ENCODED_BYTE, "%$1"));
  } catch {
    return undefined; // The bytes are not UTF-8.
  }
}
