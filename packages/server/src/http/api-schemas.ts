import {
  CLOSE,
  DEFAULT_HISTORY_LIMIT,
  ERRORS,
  KICK_CODES,
  MAX_CHANNEL_LENGTH,
  MAX_HISTORY_LIMIT,
  MAX_KEY_LENGTH,
  MAX_MESSAGE_ID_LENGTH,
  MAX_SERVER_ID_LENGTH,
} from "@tidewire/protocol";
import Type, { type TSchema } from "typebox";
import { MAX_REASON_BYTES } from "../core/ending-request.ts";

/** Most entries on one page of a list. */
const MAX_PAGE = 1000;

const channel = Type.String({
  minLength: 1,
  maxLength: MAX_CHANNEL_LENGTH,
  description: "A channel's name.",
  examples: ["news"],
});
const user = Type.String({ minLength: 1, description: "A user id.", examples: ["u1"] });
const connection = Type.String({
  minLength: 1,
  maxLength: MAX_SERVER_ID_LENGTH,
  description: "The public id of a connection.",
});
const epoch = Type.String({ description: "Names the stretch of the stream that the offset belongs to." });
const offset = Type.Integer({ minimum: 0, description: "A message's number in its channel." });
const data = Type.Unknown({ description: "Any JSON value. Subscribers get it as it was written." });
const time = Type.Integer({ minimum: 0, description: "Milliseconds since 1970." });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const reason = Type.String({
  minLength: 1,
  maxLength: MAX_REASON_BYTES,
  description: `Shown to the user; at most ${MAX_REASON_BYTES} bytes of UTF-8.`,
});

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
  Error: Type.Object({
    error: Type.Object({
      code: Type.Enum(Object.keys(ERRORS), { description: "What a program decides by." }),
      message: Type.String({ description: "What a person reads: what is wrong, and what to do." }),
    }),
  }),
  NewMessage: Type.Object(content),
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
  NewBatch: Type.Object({ messages: Type.Array(Type.Ref("NewPush"), { minItems: 1 }) }),
  NewBroadcast: Type.Object({ data }),
  Published: Type.Object(stored, { description: "Where a message was stored." }),
  PublishedList: Type.Object({
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
  Broadcast: Type.Object({
    id: Type.String({ description: "The id that the server made for the message." }),
    connections: count("Connections that it was handed to."),
  }),
  Sender: Type.Union([
    Type.Object({ api: Type.Literal(true) }),
    Type.Object({ user: Type.Optional(user), connection }),
  ]),
  StoredMessage: Type.Object({
    epoch,
    offset,
    id: stored.id,
    time,
    from: Type.Ref("Sender"),
    key: Type.Optional(Type.String()),
    data,
  }),
  History: Type.Object({
    messages: Type.Array(Type.Ref("StoredMessage")),
    epoch,
    offset: Type.Integer({ minimum: 0, description: "The newest message's number: the head of the stream." }),
    more: Type.Boolean({ description: "Whether there is more in the direction asked for." }),
  }),
  Position: Type.Object({ channel, epoch, offset }),
  ChannelList: Type.Object({
    channels: Type.Array(Type.Object({ channel, subscribers: stored.subscribers })),
    cursor,
  }),
  Channel: Type.Object({
    channel,
    epoch: Type.Optional(epoch),
    offset: Type.Optional(offset),
    subscribers: stored.subscribers,
    members: Type.Optional(count("Connections present; absent where the channel keeps no presence.")),
  }),
  Member: Type.Object({ user: Type.Optional(user), connection, info: Type.Optional(Type.Unknown()) }),
  Presence: Type.Object({ channel, members: Type.Array(Type.Ref("Member")) }),
  Receipts: Type.Object({
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
  Connection: Type.Object({
    connection,
    user: Type.Optional(user),
    info: Type.Optional(Type.Unknown({ description: "What presence shows of it." })),
    online: Type.Boolean({ description: "False: the client is away and may come back to this session." }),
    connectedAt: time,
    channels: Type.Array(channel),
  }),
  ConnectionList: Type.Object({ connections: Type.Array(Type.Ref("Connection")), cursor }),
  User: Type.Object({
    user,
    online: Type.Boolean({ description: "Whether one of the connections is online." }),
    connections: Type.Array(Type.Ref("Connection")),
    ban: Type.Optional(Type.Object({ reason: Type.String(), until: Type.Optional(time) })),
  }),
  NewEnding: Type.Object({
    reason: Type.Optional(reason),
    code: Type.Optional(
      Type.Integer({
        minimum: KICK_CODES.min,
        maximum: KICK_CODES.max,
        description: `The close code; ${CLOSE.kicked} unless given. All of these tell the client to stay away.`,
      }),
    ),
  }),
  NewBan: Type.Object({
    for: Type.Optional(
      Type.String({
        description: "How long, such as 90s, 10m, 24h or 7d. Absent: until it is lifted.",
        examples: ["10m"],
      }),
    ),
    reason: Type.Optional(reason),
  }),
  Disconnected: Type.Object({ user, connections: count("Sessions that were ended.") }),
  Banned: Type.Object({
    user,
    until: Type.Optional(time),
    connections: count("Sessions that were ended."),
  }),
  Unbanned: Type.Object({ user, lifted: Type.Boolean({ description: "False: there was no ban." }) }),
  Subscriptions: Type.Object({ user, channel, connections: count("Connections that it was done for.") }),
  ClosedConnection: Type.Object({ connection }),
  Info: Type.Object({
    version: Type.String(),
    engine: Type.String({ description: "What keeps the streams." }),
    uptimeMs: count("Since the start, in milliseconds."),
    connections: count("Open sockets of clients."),
    sessions: count("Sessions, with or without a connection."),
    channels: count("Channels that somebody is connected to."),
  }),
};

/** The name in a path of what a call is about. */
export const CHANNEL_PARAMS = Type.Object({ channel });
export const USER_PARAMS = Type.Object({ user });
export const SUBSCRIPTION_PARAMS = Type.Object({ user, channel });
export const CONNECTION_PARAMS = Type.Object({ connection });

const page = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: 100, description: "Entries on one page." }),
  ),
  cursor: Type.Optional(Type.String({ description: "The `cursor` of the page before." })),
};

export const PAGE_QUERY = Type.Object(page);
export const HISTORY_QUERY = Type.Object({
  since: Type.Optional(
    Type.String({
      description:
        "`epoch:offset`, `earliest` or `last:20`. Exclusive: with `order=asc` what comes after it, with `order=desc` what comes before it.",
      examples: ["earliest"],
    }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_HISTORY_LIMIT, default: DEFAULT_HISTORY_LIMIT }),
  ),
  order: Type.Optional(Type.Enum(["asc", "desc"], { default: "asc" })),
});
export const CHANNELS_QUERY = Type.Object({
  match: Type.Optional(
    Type.String({
      description: "A pattern: `*` is one segment, a last `**` any rest.",
      examples: ["chat.**"],
    }),
  ),
  ...page,
});
export const CONNECTIONS_QUERY = Type.Object({
  user: Type.Optional(user),
  channel: Type.Optional(channel),
  ...page,
});
export const ENDING_QUERY = Type.Object({
  reason: Type.Optional(reason),
  code: Type.Optional(Type.Integer({ minimum: KICK_CODES.min, maximum: KICK_CODES.max })),
});
