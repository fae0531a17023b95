import { channelName, messageId, messageKey, requestId } from "../../fields.ts";
import type { JsonValue } from "../../json.ts";
import { json, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";
import { type Priority, priority } from "../priority.ts";

/** Sends a message to everybody who is subscribed. Answered by `published` once it is as durable as the rule says. */
export interface PublishCommand {
  readonly type: "publish";
  readonly id?: number;
  readonly channel: string;
  readonly data: JsonValue;
  /** Chosen by the client, so that a repeat is recognised and stored once. */
  readonly messageId?: string;
  /** What the message is about; with `deliver: latest` a newer one replaces an older one of the same key. */
  readonly key?: string;
  readonly priority?: Priority;
}

export const publishCommand: ObjectSchema<PublishCommand> = object<PublishCommand>({
  type: oneOf("publish"),
  id: optional(requestId),
  channel: channelName,
  data: json,
  messageId: optional(messageId),
  key: optional(messageKey),
  priority: optional(priority),
});
