import { BROADCAST_CHANNEL } from "../../channel.ts";
import { channelName, epochName, messageId, messageKey, streamOffset } from "../../fields.ts";
import type { JsonValue } from "../../json.ts";
import { either, integer, json, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";
import { type Sender, sender } from "../sender.ts";

/** A message of a subscribed channel, or one that was sent to every connection. */
export interface MessagePush {
  readonly type: "message";
  /** A broadcast has {@link BROADCAST_CHANNEL} here. */
  readonly channel: string;
  /** With `offset` the position after this message; both absent for a channel without history. */
  readonly epoch?: string;
  readonly offset?: number;
  readonly id: string;
  /** When the server took it, in milliseconds since 1970. */
  readonly time: number;
  readonly from: Sender;
  readonly key?: string;
  readonly data: JsonValue;
  /** How many messages before this one this subscriber did not get: slow without history, or over its budget. */
  readonly dropped?: number;
}

export const messagePush: ObjectSchema<MessagePush> = object<MessagePush>({
  type: oneOf("message"),
  channel: either(channelName, oneOf(BROADCAST_CHANNEL)),
  epoch: optional(epochName),
  offset: optional(streamOffset),
  id: messageId,
  time: integer(0),
  from: sender,
  key: optional(messageKey),
  data: json,
  dropped: optional(integer(1)),
});
