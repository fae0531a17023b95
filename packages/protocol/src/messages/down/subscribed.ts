import { channelOrPattern, epochName, keyRate, requestId, streamOffset } from "../../fields.ts";
import { boolean, integer, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";
import { type DeliverMode, deliverMode } from "../deliver-mode.ts";

/** The subscription stands. Missed messages follow, then live ones. */
export interface SubscribedPush {
  readonly type: "subscribed";
  readonly id?: number;
  /** A name or a pattern, as it was asked for. */
  readonly channel: string;
  /** With `offset` the head of the stream; both absent for a channel without history. */
  readonly epoch?: string;
  readonly offset?: number;
  /** Of a pattern: where its channels that have no position start next time. */
  readonly time?: number;
  /** True when `since` was given and nothing was missing so far. */
  readonly recovered: boolean;
  /** How many messages after the user's cursor are from others; absent where no cursor is kept. */
  readonly unread?: number;
  readonly deliver: DeliverMode;
  /** With `latest`: how often each key's value comes, at most, per second. */
  readonly maxRate?: number;
}

export const subscribedPush: ObjectSchema<SubscribedPush> = object<SubscribedPush>({
  type: oneOf("subscribed"),
  id: optional(requestId),
  channel: channelOrPattern,
  epoch: optional(epochName),
  offset: optional(streamOffset),
  time: optional(integer(0)),
  recovered: boolean,
  unread: optional(integer(0)),
  deliver: deliverMode,
  maxRate: optional(keyRate),
});
