import { channelName, requestId } from "../../fields.ts";
import { type ObjectSchema, object, oneOf, optional, text } from "../../schema.ts";

/** The subscription has ended, by the client's wish or the server's. */
export interface UnsubscribedPush {
  readonly type: "unsubscribed";
  readonly id?: number;
  readonly channel: string;
  /** Why, for the person; absent in the answer to `unsubscribe`. */
  readonly reason?: string;
}

export const unsubscribedPush: ObjectSchema<UnsubscribedPush> = object<UnsubscribedPush>({
  type: oneOf("unsubscribed"),
  id: optional(requestId),
  channel: channelName,
  reason: optional(text("string", () => undefined)),
});
