import { channelName, epochName, requestId, streamOffset } from "../../fields.ts";
import { array, boolean, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";
import { type StoredMessage, storedMessage } from "../stored-message.ts";

/** One page of a channel's stream. */
export interface HistoryPush {
  readonly type: "history";
  readonly id?: number;
  readonly channel: string;
  /** With `offset` the head of the stream when the page was read. */
  readonly epoch: string;
  readonly offset: number;
  /** In the order asked for. */
  readonly messages: readonly StoredMessage[];
  /** Whether there is more in this direction, after the last message of the page. */
  readonly more: boolean;
}

export const historyPush: ObjectSchema<HistoryPush> = object<HistoryPush>({
  type: oneOf("history"),
  id: optional(requestId),
  channel: channelName,
  epoch: epochName,
  offset: streamOffset,
  messages: array(storedMessage),
  more: boolean,
});
