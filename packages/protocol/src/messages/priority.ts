import { oneOf, type Schema } from "../schema.ts";

/** `high` is never dropped by `deliver: budget`. A client's priority counts only where the channel's rule allows it. */
export type Priority = "normal" | "high";

export const priority: Schema<Priority> = oneOf("normal", "high");
