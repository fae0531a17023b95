import fc from "fast-check";
import {
  type Command,
  inboxOf,
  type JsonValue,
  type Position,
  type Since,
  userIdProblem,
} from "@tidewire/protocol";

const SEPARATORS = [".", ":", "/"];

/** A text of these ASCII characters. */
export function textOf(alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...alphabet.split("")), minLength, maxLength });
}

/** One segment of a channel name, short so that names meet patterns often. */
export const segment: fc.Arbitrary<string> = textOf("ABCXYZabcxyz0189_-=,;", 1, 4);

/** A user id of any Unicode. */
export const userId: fc.Arbitrary<string> = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((user) => userIdProblem(user) === undefined);

const joinedSegments = (piece: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(fc.tuple(fc.constantFrom(...SEPARATORS), piece), { minLength: 1, maxLength: 5 }).map((parts) =>
    parts
      .map(([separator, text]) => separator + text)
      .join("")
      .slice(1),
  );

/** A channel name, now and then an inbox. */
export const channelName: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: joinedSegments(segment) },
  { weight: 1, arbitrary: userId.map(inboxOf) },
);

export const position: fc.Arbitrary<Position> = fc.record(
  { epoch: textOf("abzAZ09_-", 1, 32).filter((epoch) => epoch !== "last"), offset: fc.maxSafeNat() },
  { noNullPrototype: true },
);

export const since: fc.Arbitrary<Since> = fc.oneof(
  position,
  fc.constant("earliest" as const),
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map((last) => ({ last })),
);

const requestId = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const data = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 3 }),
  ),
})).value;
const messageId = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 128 });
const key = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });

/** Every command, with every field there or not. */
export const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record(
    {
      type: fc.constant("connect" as const),
      id: requestId,
      token: fc.string({ unit: "grapheme-ascii", minLength: 1 }),
      session: fc.string({ unit: "grapheme-ascii", minLength: 1 }),
      user: userId,
      info: data,
      client: fc.record({ name: segment, version: segment }, { requiredKeys: ["name"] }),
      subscriptions: fc
        .array(fc.tuple(channelName, fc.record({ since }, { requiredKeys: [] })), { maxLength: 4 })
        .map((entries) => Object.fromEntries(entries)),
    },
    { requiredKeys: ["type"] },
  ),
  fc.record(
    { type: fc.constant("subscribe" as const), id: requestId, channel: channelName, since },
    { requiredKeys: ["type", "channel"] },
  ),
  fc.record(
    {
      type: fc.constantFrom("unsubscribe" as const, "presence" as const),
      id: requestId,
      channel: channelName,
    },
    { requiredKeys: ["type", "channel"] },
  ),
  fc.record(
    {
      type: fc.constant("publish" as const),
      id: requestId,
      channel: channelName,
      data,
      messageId,
      key,
      priority: fc.constantFrom("high" as const, "normal" as const),
    },
    { requiredKeys: ["type", "channel", "data"] },
  ),
  fc.record(
    {
      type: fc.constant("history" as const),
      id: requestId,
      channel: channelName,
      since,
      limit: fc.integer({ min: 1, max: 1000 }),
      order: fc.constantFrom("asc" as const, "desc" as const),
    },
    { requiredKeys: ["type", "channel"] },
  ),
  fc.record(
    { type: fc.constant("ack" as const), id: requestId, channel: channelName, offset: fc.maxSafeNat() },
    { requiredKeys: ["type", "channel", "offset"] },
  ),
  fc.record(
    { type: fc.constant("rpc" as const), id: requestId, method: key, data },
    { requiredKeys: ["type", "method"] },
  ),
  fc.record(
    { type: fc.constant("refresh" as const), id: requestId, token: messageId },
    { requiredKeys: ["type", "token"] },
  ),
  fc.record({ type: fc.constant("ping" as const), id: requestId }, { requiredKeys: ["type"] }),
);
