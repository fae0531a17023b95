import {
  CLOSE,
  ERRORS,
  KICK_CODES,
  MAX_CHANNEL_LENGTH,
  MAX_DEVICE_LENGTH,
  MAX_KEY_LENGTH,
  MAX_MESSAGE_ID_LENGTH,
  MAX_SERVER_ID_LENGTH,
} from "@tidewire/protocol";
import Type, { type TProperties, type TSchema } from "typebox";
import { MAX_REASON_BYTES } from "../core/ending-request.ts";

export const CHANNEL_NAME = Type.String({
  minLength: 1,
  maxLength: MAX_CHANNEL_LENGTH,
  description: "A channel's name.",
  examples: ["news"],
});
export const USER_ID = Type.String({ minLength: 1, description: "A user id.", examples: ["u1"] });
export const CONNECTION_ID = Type.String({
  minLength: 1,
  maxLength: MAX_SERVER_ID_LENGTH,
  description: "The public id of a connection.",
});
const DEVICE = Type.String({
  minLength: 1,
  maxLength: MAX_DEVICE_LENGTH,
  description: "A device, as the user's token names it.",
});
export const REASON = Type.String({
  minLength: 1,
  maxLength: MAX_REASON_BYTES,
  description: `Shown to the user; at most ${MAX_REASON_BYTES} bytes of UTF-8.`,
});

const channel = CHANNEL_NAME;
const user = USER_ID;
const connection = CONNECTION_ID;
const reason = REASON;
const epoch = Type.String({ description: "Names the stretch of the stream that the offset belongs to." });
const offset = Type.Integer({ minimum: 0, description: "A message's number in its channel." });
const data = Type.Unknown({ description: "Any JSON value. Subscribers get it as it was written." });
const time = Type.Integer({ minimum: 0, description: "Milliseconds since 1970." });

function count(description: string): TSchema {
  return Type.Integer({ minimum: 0, description });
}

function described(description: string, properties: TProperties): TSchema {
  return Type.Object(properties, { description });
}

const content = {
  data,
  id: Type.Optional(
    Type.String({
      pattern: `^[ -~]{1,${MAX_MESSAGE_ID_LENGTH}}$`,
      description: "Makes the push repeatable: what was stored under this id is not stored again.",
    }),
  ),
  key: Type.Optional(
    Type.String({ minLength: 1, maxLength: MAX_KEY_LENGTH, description: "What the message is about." }),
  ),
  priority: Type.Optional(Type.Enum(["normal", "high"])),
  exclude: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: MAX_SERVER_ID_LENGTH,
      description: "A connection that does not get it, such as the one whose action led to this push.",
    }),
  ),
};

const stored = {
  channel,
  epoch: Type.Optional(epoch),
  offset: Type.Optional(offset),
  id: Type.String({ description: "The message's id: the given one, or one that the server made." }),
  duplicate: Type.Boolean({ description: "True: it was stored before, at this position." }),
  subscribers: count("Subscribers at this moment."),
};

const cursor = Type.Optional(
  Type.String({ description: "Ask again with this for the next page. Absent on the last one." }),
);

/** The named parts of the API's documentation: bodies and answers. */
export const API_SCHEMAS: Readonly<Record<string, TSchema>> = {
  Error: described("Why a call was refused.", {
    error: Type.Object({
      code: Type.Enum(Object.keys(ERRORS), { description: "What a program decides by." }),
      message: Type.String({ description: "What a person reads: what is wrong, and what to do." }),
    }),
  }),
  NewMessage: described("What to push.", content),
  NewPush: Type.Object(
    {
      channel: Type.Optional(channel),
      channels: Type.Optional(Type.Array(channel, { minItems: 1, uniqueItems: true })),
      user: Type.Optional(user),
      users: Type.Optional(Type.Array(user, { minItems: 1, uniqueItems: true })),
      ...content,
    },
    {
      description: "A message with exactly one of channel, channels, user and users.",
      oneOf: ["channel", "channels", "user", "users"].map((target) => ({ required: [target] })),
    },
  ),
  NewBatch: described("What to push, in order.", {
    messages: Type.Array(Type.Ref("NewPush"), { minItems: 1 }),
  }),
  NewBroadcast: described("What to send to everybody.", { data }),
  Published: described("Where a message was stored.", stored),
  PublishedList: described("Where the messages for a list of targets were stored.", {
    results: Type.Array(Type.Union([Type.Ref("Published"), Type.Ref("Error")]), {
      description: "In the order of `channels` or `users`.",
    }),
  }),
  BatchResult: Type.Object(
    {
      results: Type.Array(Type.Union([Type.Ref("Published"), Type.Ref("PublishedList"), Type.Ref("Error")]), {
        description: "In the order of the messages. A list of targets is answered with a list.",
      }),
    },
    {
      description: "What became of each message. One that failed does not keep the others from being stored.",
    },
  ),
  Broadcast: described("What was sent, and to how many.", {
    id: Type.String({ description: "The id that the server made for the message." }),
    connections: count("Connections that it was handed to."),
  }),
  Sender: Type.Union([
    Type.Object({ api: Type.Literal(true) }),
    Type.Object({ user: Type.Optional(user), connection }),
  ]),
  StoredMessage: described("A message of a channel with history.", {
    epoch,
    offset,
    id: stored.id,
    time,
    from: Type.Ref("Sender"),
    key: Type.Optional(Type.String()),
    data,
  }),
  History: described("A stretch of history, in the order asked for.", {
    messages: Type.Array(Type.Ref("StoredMessage")),
    epoch,
    offset: Type.Integer({ minimum: 0, description: "The newest message's number: the head of the stream." }),
    more: Type.Boolean({ description: "Whether there is more in the direction asked for." }),
  }),
  Position: described("The head of a channel.", { channel, epoch, offset }),
  ChannelList: described("One page of channels.", {
    channels: Type.Array(Type.Object({ channel, subscribers: stored.subscribers })),
    cursor,
  }),
  Channel: described("A channel as it is now.", {
    channel,
    epoch: Type.Optional(epoch),
    offset: Type.Optional(offset),
    subscribers: stored.subscribers,
    members: Type.Optional(count("Connections present; absent where the channel keeps no presence.")),
  }),
  Member: described("A connection that is present in a channel.", {
    user: Type.Optional(user),
    connection,
    info: Type.Optional(Type.Unknown()),
  }),
  Presence: described("One page of those who are present.", {
    channel,
    count: count("Connections present, on all pages."),
    members: Type.Array(Type.Ref("Member")),
    cursor,
  }),
  Receipts: described("One page of what users have acknowledged.", {
    channel,
    receipts: Type.Array(
      Type.Object({
        user,
        offset: Type.Integer({ minimum: 0, description: "The user has read up to this message." }),
        time,
      }),
    ),
    cursor,
  }),
  Connection: described("A connection of a client.", {
    connection,
    user: Type.Optional(user),
    info: Type.Optional(Type.Unknown({ description: "What presence shows of it." })),
    device: Type.Optional(DEVICE),
    online: Type.Boolean({ description: "False: the client is away and may come back to this session." }),
    connectedAt: time,
    channels: Type.Array(channel),
  }),
  ConnectionList: described("One page of connections.", {
    connections: Type.Array(Type.Ref("Connection")),
    cursor,
  }),
  User: described("A user as the server knows it now.", {
    user,
    online: Type.Boolean({ description: "Whether one of the connections is online." }),
    connections: Type.Array(Type.Ref("Connection")),
    ban: Type.Optional(Type.Object({ reason: Type.String(), until: Type.Optional(time) })),
  }),
  NewKick: described("Why somebody is sent away, and how far that goes.", {
    reason: Type.Optional(reason),
    code: Type.Optional(
      Type.Integer({
        minimum: KICK_CODES.min,
        maximum: KICK_CODES.max,
        description: `The close code; ${CLOSE.kicked} unless given. All of these tell the client to stay away.`,
      }),
    ),
    device: Type.Optional(DEVICE),
    revoke: Type.Optional(
      Type.Boolean({ description: "Whether tokens that were issued until now are refused from now on." }),
    ),
  }),
  NewBan: described("For how long somebody is kept out, and why.", {
    for: Type.Optional(
      Type.String({
        description: "How long, such as 90s, 10m, 24h or 7d. Absent: until it is lifted.",
        examples: ["10m"],
      }),
    ),
    reason: Type.Optional(reason),
  }),
  Disconnected: described("How many sessions were ended.", {
    user,
    connections: count("Sessions that were ended."),
  }),
  Banned: described("The ban that holds now, and how many sessions it ended.", {
    user,
    until: Type.Optional(time),
    connections: count("Sessions that were ended."),
  }),
  Unbanned: described("Whether there was a ban.", {
    user,
    lifted: Type.Boolean({ description: "False: there was no ban." }),
  }),
  Subscriptions: described("How many connections it was done for.", {
    user,
    channel,
    connections: count("Connections that it was done for."),
  }),
  ClosedConnection: described("The connection that was closed.", { connection }),
  Caller: described("Where a call comes from.", {
    address: Type.String({ description: "The caller's address, trusted proxies seen through." }),
    peer: Type.String({
      description: "The address that the connection comes from: the last proxy's, if there is one.",
    }),
    forwarded: Type.Boolean({ description: "Whether the call says that it came through a proxy." }),
  }),
  Health: described("Whether the server works.", {
    status: Type.Enum(["ok", "failing"]),
    checks: Type.Array(Type.Ref("Check")),
  }),
  Readiness: described("Whether the server should get new clients.", {
    status: Type.Enum(["ready", "not ready"]),
    checks: Type.Array(Type.Ref("Check")),
  }),
  Check: described("One thing that was looked at.", {
    name: Type.Enum(["draining", "store", "disk", "event loop", "load"]),
    ok: Type.Boolean(),
    reason: Type.Optional(
      Type.String({ description: "What is wrong; from this machine, or with a key, in detail." }),
    ),
  }),
  Stats: described("The figures at this moment. Counters only grow, so two answers make a rate.", {
    time,
    uptimeMs: count("Since the start, in milliseconds."),
    metrics: Type.Record(Type.String(), Type.Array(Type.Ref("Sample")), {
      description: "Each metric's samples, by the name that it has at `/metrics`.",
    }),
  }),
  Sample: described("A metric at one set of labels: a value, or, of a histogram, how many were how large.", {
    labels: Type.Record(Type.String(), Type.String()),
    value: Type.Optional(Type.Number()),
    count: Type.Optional(count("How many were observed.")),
    sum: Type.Optional(Type.Number({ description: "Their sum." })),
    buckets: Type.Optional(
      Type.Array(Type.Object({ le: Type.Number(), count: count("How many were at most `le`.") })),
    ),
  }),
  Info: described("The server.", {
    version: Type.String(),
    engine: Type.String({ description: "What keeps the streams." }),
    uptimeMs: count("Since the start, in milliseconds."),
    connections: count("Clients that are connected, over whatever transport."),
    sessions: count("Sessions, with or without a connection."),
    channels: count("Channels that somebody is connected to."),
  }),
};
