import { channelName, epochName, streamOffset } from "../../fields.ts";
import { type ObjectSchema, object, oneOf } from "../../schema.ts";

/** Everything up to here was sent or was not meant for this client: the position to keep. */
export interface PositionPush {
  readonly type: "position";
  readonly channel: string;
  readonly epoch: string;
  readonly offset: number;
}

export const positionPush: ObjectSchema<PositionPush> = object<PositionPush>({
  type: oneOf("position"),
  channel: channelName,
  epoch: epochName,
  offset: streamOffset,
});
