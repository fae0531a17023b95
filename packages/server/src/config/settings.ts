import Type, { type TSchema } from "typebox";
import { CONFIG_SCHEMA } from "./schema.ts";
import { type Facts, factsOf } from "./setting.ts";

/** One value that can be configured. */
export interface Setting {
  /** Dotted, such as `listen.port`. */
  readonly path: string;
  readonly schema: TSchema;
  readonly facts: Facts;
}

/** Every setting in the order of the reference; the list of channel rules counts as one. */
export const SETTINGS: readonly Setting[] = settingsIn(CONFIG_SCHEMA, "");

function settingsIn(schema: TSchema, path: string): readonly Setting[] {
  if (Type.IsObject(schema)) {
    return Object.entries(schema.properties).flatMap(([key, inner]) =>
      settingsIn(inner, path === "" ? key : `${path}.${key}`),
    );
  }
  const facts = factsOf(schema);
  return facts === undefined ? [] : [{ path, schema, facts }];
}

/**
 * Reads the text of a flag or a variable into the form that the file would have.
 *
 * Text that does not fit stays text, so that the check that follows can show it.
 */
export function fromText(schema: TSchema, text: string): unknown {
  if (factsOf(schema)?.oneInEnv === true) return [text];
  if (Type.IsArray(schema)) return text.split(",").map((item) => item.trim());
  if (Type.IsBoolean(schema))
    return { "1": true, true: true, "0": false, false: false }[text.toLowerCase()] ?? text;
  const holdsNumbers = Type.IsInteger(schema) || (Type.IsUnion(schema) && schema.anyOf.some(Type.IsInteger));
  return holdsNumbers && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
