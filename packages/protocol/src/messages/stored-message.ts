import { epochName, messageId, messageKey, streamOffset } from "../fields.ts";
import type { JsonValue } from "../json.ts";
import { integer, json, object, optional, type Schema } from "../schema.ts";
import { type Sender, sender } from "./sender.ts";

/** A message as a history page shows it, here and in the HTTP API. */
export interface StoredMessage {
  readonly epoch: string;
  readonly offset: number;
  readonly id: string;
  /** When the server took it, in milliseconds since 1970. It never goes back within a stream. */
  readonly time: number;
  readonly from: Sender;
  readonly key?: string;
  readonly data: JsonValue;
}

export const storedMessage: Schema<StoredMessage> = object<StoredMessage>({
  epoch: epochName,
  offset: streamOffset,
  id: messageId,
  time: integer(0),
  from: sender,
  key: optional(messageKey),
  data: json,
});
