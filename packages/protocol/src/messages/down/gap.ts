import { channelName, epochName, streamOffset } from "../../fields.ts";
import { nullable, type ObjectSchema, object, oneOf } from "../../schema.ts";

/** Why messages are missing: too old, of another life of the stream, deleted, or more than the server sends at once. */
export type GapReason = "expired" | "epoch" | "purged" | "limit";

/** These messages are gone for this subscriber; what follows comes after them. */
export interface GapPush {
  readonly type: "gap";
  readonly channel: string;
  readonly epoch: string;
  /** The first missing offset; null when it cannot be known. */
  readonly from: number | null;
  /** The last missing offset, where the client's position moves to; null when it cannot be known. */
  readonly to: number | null;
  readonly reason: GapReason;
}

export const gapPush: ObjectSchema<GapPush> = object<GapPush>({
  type: oneOf("gap"),
  channel: channelName,
  epoch: epochName,
  from: nullable(streamOffset),
  to: nullable(streamOffset),
  reason: oneOf("expired", "epoch", "purged", "limit"),
});
