import { channelName, epochName, messageId, requestId, streamOffset } from "../../fields.ts";
import { boolean, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** The message is accepted, and as durable as the channel's rule says. */
export interface PublishedPush {
  readonly type: "published";
  readonly id?: number;
  readonly channel: string;
  /** With `offset` where the message stands; both absent for a channel without history. */
  readonly epoch?: string;
  readonly offset?: number;
  readonly messageId: string;
  /** True when this message id was published before; the position is then the first one's. */
  readonly duplicate: boolean;
}

export const publishedPush: ObjectSchema<PublishedPush> = object<PublishedPush>({
  type: oneOf("published"),
  id: optional(requestId),
  channel: channelName,
  epoch: optional(epochName),
  offset: optional(streamOffset),
  messageId,
  duplicate: boolean,
});
