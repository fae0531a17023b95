import Type, { type TSchema } from "typebox";
import { CONFIG_SCHEMA } from "./schema.ts";
import { factsOf } from "./setting.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

/** The version of JSON Schema that editors understand. */
const DIALECT = "http://json-schema.org/draft-07/schema#";

/**
 * The configuration file as JSON Schema, for editors.
 *
 * It says less than the server checks: not how long a duration may be, nor what goes together with what.
 */
export function configJsonSchema(): JsonSchema {
  const { properties, ...rest } = jsonSchemaOf(CONFIG_SCHEMA);
  const naming = { $schema: { type: "string", description: "The schema, for editors." } };
  return {
    $schema: DIALECT,
    title: "Tidewire configuration",
    ...rest,
    properties: { ...naming, ...(typeof properties === "object" ? properties : {}) },
  };
}

function jsonSchemaOf(schema: TSchema): JsonSchema {
  const facts = factsOf(schema);
  const about =
    facts === undefined
      ? {}
      : {
          ...(facts.description !== "" && {
            description: `${facts.description}\n\nAccepts ${facts.expected}.`,
          }),
          ...(facts.default !== undefined && { default: facts.default }),
        };
  return { ...about, ...shapeOf(schema) };
}

function shapeOf(schema: TSchema): JsonSchema {
  if (Type.IsObject(schema)) {
    const entries = Object.entries(schema.properties);
    const required = entries.filter(([, inner]) => mustBeGiven(inner)).map(([key]) => key);
    return {
      type: "object",
      additionalProperties: false,
      ...(required.length > 0 && { required }),
      properties: Object.fromEntries(entries.map(([key, inner]) => [key, jsonSchemaOf(inner)])),
    };
  }
  if (Type.IsUnion(schema)) return { anyOf: schema.anyOf.map(jsonSchemaOf) };
  const { facts: _facts, default: _default, items: _items, ...plain } = plainOf(schema);
  return Type.IsArray(schema) ? { ...plain, items: jsonSchemaOf(schema.items) } : plain;
}

/** What is absent has a default, but for what a list's entries are made of. */
function mustBeGiven(schema: TSchema): boolean {
  const facts = factsOf(schema);
  return facts !== undefined && facts.default === undefined && !Type.IsOptional(schema);
}

/** The schema as JSON, without what only the library reads. */
function plainOf(schema: TSchema): JsonSchema {
  const plain: unknown = JSON.parse(JSON.stringify(schema));
  return typeof plain === "object" && plain !== null ? { ...plain } : {};
}
