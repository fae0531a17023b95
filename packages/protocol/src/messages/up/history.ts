import { channelName, requestId, since } from "../../fields.ts";
import { MAX_HISTORY_LIMIT } from "../../limits.ts";
import type { Since } from "../../position.ts";
import { integer, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** Asks for one page of a channel's stream. Answered by `history`. */
export interface HistoryCommand {
  readonly type: "history";
  readonly id?: number;
  readonly channel: string;
  /** Exclusive; with `order: "desc"` the upper bound. */
  readonly since?: Since;
  readonly limit?: number;
  readonly order?: "asc" | "desc";
}

export const historyCommand: ObjectSchema<HistoryCommand> = object<HistoryCommand>({
  type: oneOf("history"),
  id: optional(requestId),
  channel: channelName,
  since: optional(since),
  limit: optional(integer(1, MAX_HISTORY_LIMIT)),
  order: optional(oneOf("asc", "desc")),
});
