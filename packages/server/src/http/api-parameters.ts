import {
  DEFAULT_HISTORY_LIMIT,
  KICK_CODES,
  MAX_HISTORY_LIMIT,
  MAX_MESSAGE_ID_LENGTH,
} from "@tidewire/protocol";
import Type from "typebox";
import { CHANNEL_NAME, CONNECTION_ID, REASON, USER_ID } from "./api-schemas.ts";

/** Entries on one page of a list, unless the caller wants another number. */
export const DEFAULT_PAGE = 100;
const MAX_PAGE = 1000;

export const IDEMPOTENCY_HEADERS = Type.Object({
  "Idempotency-Key": Type.Optional(
    Type.String({
      pattern: `^[ -~]{1,${MAX_MESSAGE_ID_LENGTH}}$`,
      description:
        "The message's id: a repeat is stored once, and answered with the first position. In a batch, message i has `KEY:i`.",
    }),
  ),
});

/** Why a cursor that was not one is refused. */
export const FOREIGN_CURSOR = "cursor: is not one that this call gave";

/** The name in a path of what a call is about. */
export const CHANNEL_PARAMS = Type.Object({ channel: CHANNEL_NAME });
export const USER_PARAMS = Type.Object({ user: USER_ID });
export const SUBSCRIPTION_PARAMS = Type.Object({ user: USER_ID, channel: CHANNEL_NAME });
export const CONNECTION_PARAMS = Type.Object({ connection: CONNECTION_ID });

const page = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_PAGE,
      default: DEFAULT_PAGE,
      description: "Entries on one page.",
    }),
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
  user: Type.Optional(USER_ID),
  channel: Type.Optional(CHANNEL_NAME),
  ...page,
});
export const ENDING_QUERY = Type.Object({
  reason: Type.Optional(REASON),
  code: Type.Optional(Type.Integer({ minimum: KICK_CODES.min, maximum: KICK_CODES.max })),
});
