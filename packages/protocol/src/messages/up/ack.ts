import { channelName, requestId, streamOffset } from "../../fields.ts";
import { type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/**
 * Says that the person has read everything up to this offset.
 *
 * It moves the user's one cursor in the channel, forwards only. With `id` it is answered by `acked`; without, it is
 * not. The user's other sessions get `acked` in either case.
 */
export interface AckCommand {
  readonly type: "ack";
  readonly id?: number;
  readonly channel: string;
  readonly offset: number;
}

export const ackCommand: ObjectSchema<AckCommand> = object<AckCommand>({
  type: oneOf("ack"),
  id: optional(requestId),
  channel: channelName,
  offset: streamOffset,
});
