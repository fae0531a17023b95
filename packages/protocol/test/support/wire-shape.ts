import { COMMAND_SCHEMAS, type ObjectSchema, PUSH_SCHEMAS } from "@tidewire/protocol";

/** The fields of every message and what they accept; the name of one that may be absent ends with `?`. */
export type WireShape = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Describes every message as it stands in the source. */
export function currentShape(): WireShape {
  return Object.fromEntries([...shapesOf("up", COMMAND_SCHEMAS), ...shapesOf("down", PUSH_SCHEMAS)]);
}

/**
 * Lists what in `next` breaks a peer that was written for `locked`.
 *
 * Peers ignore unknown fields and unknown messages, so adding is harmless, save a field that a command must have. A
 * loosened field counts as well: someone should look at it.
 */
export function breakingChanges(locked: WireShape, next: WireShape): readonly string[] {
  return Object.entries(locked).flatMap(([message, fields]) => {
    const now = next[message];
    return now === undefined ? [`${message} is gone`] : breakingFields(message, fields, now);
  });
}

function breakingFields(
  message: string,
  locked: Readonly<Record<string, string>>,
  next: Readonly<Record<string, string>>,
): readonly string[] {
  const changed = Object.entries(locked)
    .filter(([field, shape]) => next[field] !== shape)
    .map(([field, shape]) => `${message}.${field} was ${shape} and is ${next[field] ?? "gone"}`);
  const demanded = Object.keys(next)
    .filter((field) => message.startsWith("up.") && !field.endsWith("?") && !(field in locked))
    .map((field) => `${message}.${field} is required of clients that do not know it`);
  return [...changed, ...demanded];
}

function shapesOf(
  direction: string,
  schemas: Readonly<Record<string, ObjectSchema<unknown>>>,
): readonly (readonly [string, Readonly<Record<string, string>>])[] {
  return Object.entries(schemas).map(([type, schema]) => [`${direction}.${type}`, schema.fieldShapes]);
}
