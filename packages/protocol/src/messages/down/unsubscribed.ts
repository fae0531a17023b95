import { channelOrPattern, requestId } from "../../fields.ts";
import { type ObjectSchema, object, oneOf, optional, text } from "../../schema.ts";

/** The subscription has ended, by the client's wish or the server's. */
export interface UnsubscribedPush {
  readonly type: "unsubscribed";
  readonly id?: number;
  /** A name or a pattern, as it was asked for; or a channel of a pattern, which goes on without it. */
  readonly channel: string;
  /** Why, for the person; absent in the answer to `unsubscribe`. */
  readonly reason?: string;
}

export const unsubscribedPush: ObjectSchema<UnsubscribedPush> = object<UnsubscribedPush>({
  type: oneOf("unsubscribed"),
  id: optional(requestId),
  channel: channelOrPattern,
  reason: optional(text("string", () => undefined)),
});
