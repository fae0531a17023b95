import { oneOf, type Schema } from "../schema.ts";

/** How a subscriber receives a channel: every message, the latest value per key, or a fair sample. */
export type DeliverMode = "all" | "latest" | "budget";

export const deliverMode: Schema<DeliverMode> = oneOf("all", "latest", "budget");
