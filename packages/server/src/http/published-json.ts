import type { Published } from "../core/publish.ts";
import type { Refusal } from "../core/refusal.ts";

/** What became of a publish, as answers show it. Without history there is no position. */
export function publishedFields({ channel, epoch, offset, id, duplicate, subscribers }: Published) {
  const position = epoch === null || offset === null ? {} : { epoch, offset };
  return { channel, ...position, id, duplicate, subscribers };
}

/** The same, or the error that took its place. */
export function resultFields(result: Published | Refusal) {
  return result.ok ? publishedFields(result) : errorFields(result);
}

/** A refusal as answers show it. */
export function errorFields({ code, message }: Refusal) {
  return { error: { code, message } };
}
