import { requestId, serverId, userId } from "../../fields.ts";
import { MAX_SESSION_LENGTH } from "../../limits.ts";
import { boundedText, integer, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** The first message of the server: the connection is now a session. */
export interface ConnectedPush {
  readonly type: "connected";
  readonly id?: number;
  /** The public id of this connection: in presence, in `from`, and for `exclude` in the HTTP API. */
  readonly connection: string;
  /** A secret: whoever holds it can continue this session. */
  readonly session: string;
  /** Absent for anonymous connections. */
  readonly user?: string;
  readonly pingIntervalMs: number;
  /** The largest text frame that is taken, in bytes of UTF-8. */
  readonly maxMessageBytes: number;
  /** The server's clock, in milliseconds since 1970. */
  readonly time: number;
  /** The protocol's version. */
  readonly version: number;
}

export const connectedPush: ObjectSchema<ConnectedPush> = object<ConnectedPush>({
  type: oneOf("connected"),
  id: optional(requestId),
  connection: serverId,
  session: boundedText(1, MAX_SESSION_LENGTH),
  user: optional(userId),
  pingIntervalMs: integer(1),
  maxMessageBytes: integer(1),
  time: integer(0),
  version: integer(1),
});
