import Type, { type TObject, type TSchema } from "typebox";
import { Errors } from "typebox/value";
import { nearestOf } from "../base/nearest.ts";
import { factsOf } from "./setting.ts";

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
 * Every problem is told, not only the first, so that a file is corrected once. What is absent is a problem only where it has no default.
 */
export function problemsIn(schema: TSchema, value: unknown, path = ""): readonly ConfigProblem[] {
  const section = sectionFor(schema, value);
  if (section !== undefined) return problemsInSection(section, value, path);
  if (Type.IsArray(schema) && Array.isArray(value)) {
    const inItems = value.flatMap((item: unknown, index) =>
      problemsIn(schema.items, item, `${path}[${index}]`),
    );
    // What is wrong with the list itself, such as that it is empty.
    return inItems.length > 0 ? inItems : problemsInValue(schema, value, path);
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
  const given = Object.entries(value).flatMap(([key, inner]) => {
    const innerPath = path === "" ? key : `${path}.${key}`;
    const innerSchema = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (innerSchema !== undefined) return problemsIn(innerSchema, inner, innerPath);
    const message = `${innerPath} is not a key of ${place.toLowerCase()}. ${suggestion(schema, key)}`;
    return [{ path: innerPath, message }];
  });
  return [...missingIn(schema, value, path), ...given];
}

function missingIn(
  schema: TObject,
  value: Readonly<Record<string, unknown>>,
  path: string,
): readonly ConfigProblem[] {
  return Object.entries(schema.properties).flatMap(([key, inner]) => {
    const facts = factsOf(inner);
    if (Object.hasOwn(value, key) || Type.IsOptional(inner) || facts === undefined) return [];
    if (facts.default !== undefined) return [];
    const innerPath = path === "" ? key : `${path}.${key}`;
    return [{ path: innerPath, message: `${innerPath} is missing. It must be ${facts.expected}.` }];
  });
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

function show(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
}
