import { channelName, requestId, streamOffset } from "../../fields.ts";
import { integer, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** The user's cursor in the channel stands here now: the answer to `ack`, or news from the user's other device. */
export interface AckedPush {
  readonly type: "acked";
  readonly id?: number;
  readonly channel: string;
  readonly offset: number;
  readonly unread: number;
}

export const ackedPush: ObjectSchema<AckedPush> = object<AckedPush>({
  type: oneOf("acked"),
  id: optional(requestId),
  channel: channelName,
  offset: streamOffset,
  unread: integer(0),
});
