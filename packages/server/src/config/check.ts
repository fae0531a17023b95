import Type, { type TObject, type TSchema } from "typebox";
import { Errors } from "typebox/value";
import { nearestOf } from "../base/nearest.ts";
import { type Facts, factsOf } from "./setting.ts";

/** Something in a configuration that cannot be used. */
export interface ConfigProblem {
  /** Where it is: `listen.port`, `channels[2].match`. */
  readonly path: string;
  /** A sentence that begins with the path and says what is expected. */
  readonly message: string;
}

/**
 * Finds everything that does not fit a schema.
 *
 * Every problem is told, not only the first, so that a file is corrected once. What is absent is no problem, except where a section of a list
 * needs it.
 */
export function problemsIn(schema: TSchema, value: unknown, path = ""): readonly ConfigProblem[] {
  const section = sectionFor(schema, value);
  if (section !== undefined) return problemsInSection(section, value, path);
  if (Type.IsArray(schema) && Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => {
      const missing = Type.IsObject(schema.items) ? missingIn(schema.items, item, `${path}[${index}]`) : [];
      return [...missing, ...problemsIn(schema.items, item, `${path}[${index}]`)];
    });
  }
  return problemsInValue(schema, value, path);
}

/** Tells whether a value is a mapping of keys. */
export function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The schema by which to look into the value; undefined when the value is to be judged as a whole. */
function sectionFor(schema: TSchema, value: unknown): TObject | undefined {
  if (Type.IsObject(schema)) return schema;
  if (!isSection(value) || !Type.IsUnion(schema)) return undefined;
  return schema.anyOf.find(Type.IsObject);
}

function problemsInSection(schema: TObject, value: unknown, path: string): readonly ConfigProblem[] {
  const place = path === "" ? "The configuration" : path;
  if (!isSection(value)) {
    return [{ path, message: `${place} must be a section with keys, not ${show(value)}.` }];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const innerPath = path === "" ? key : `${path}.${key}`;
    const innerSchema = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (innerSchema !== undefined) return problemsIn(innerSchema, inner, innerPath);
    return [
      {
        path: innerPath,
        message: `${innerPath} is not a key of ${place.toLowerCase()}. ${suggestion(schema, key)}`,
      },
    ];
  });
}

function missingIn(schema: TObject, value: unknown, path: string): readonly ConfigProblem[] {
  if (!isSection(value)) return [];
  return schema.required
    .filter((key) => !Object.hasOwn(value, key))
    .map((key) => ({
      path: `${path}.${key}`,
      message: `${path}.${key} is missing. It must be ${expectedIn(schema, key)}.`,
    }));
}

function problemsInValue(schema: TSchema, value: unknown, path: string): readonly ConfigProblem[] {
  const [error] = Errors(schema, value);
  if (error === undefined) return [];
  const facts = factsOf(schema);
  const shown = facts?.secret === true ? "" : `, not ${show(value)}`;
  const detail = error.keyword === "~refine" && error.message !== "" ? ` ${error.message}` : "";
  return [{ path, message: `${path} must be ${facts?.expected ?? "something else"}${shown}.${detail}` }];
}

function suggestion(schema: TObject, key: string): string {
  const nearest = nearestOf(key, Object.keys(schema.properties)) ?? elsewhere(schema, key);
  if (nearest !== undefined) return `Did you mean ${nearest}?`;
  return `Its keys are ${Object.keys(schema.properties).join(", ")}.`;
}

/** The same key one section further in: people write `port` for `listen.port`. */
function elsewhere(schema: TObject, key: string): string | undefined {
  for (const [name, inner] of Object.entries(schema.properties)) {
    if (Type.IsObject(inner) && Object.hasOwn(inner.properties, key)) return `${name}.${key}`;
  }
  return undefined;
}

function expectedIn(schema: TObject, key: string): Facts["expected"] {
  const inner = schema.properties[key];
  return (inner === undefined ? undefined : factsOf(inner)?.expected) ?? "there";
}

function show(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
}
