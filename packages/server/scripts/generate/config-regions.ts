import Type, { type TSchema } from "typebox";
import { API_KEY_SECTION } from "../../src/config/api-key-setting.ts";
import { RULE_SCHEMA } from "../../src/config/rule-schema.ts";
import { factsOf } from "../../src/config/setting.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { codeBlock, markdownTable } from "./regions.ts";

/** What docs/config.md says of the code, by the names of its marks. */
export function configRegions(): Readonly<Record<string, string>> {
  const live = SETTINGS.filter(({ facts }) => facts.live === true).map(({ path }) => path);
  const settings = SETTINGS.map(({ path, facts }) => [
    code(path),
    code(facts.default),
    facts.expected,
    facts.description,
  ]);
  const variables = SETTINGS.filter(({ facts }) => facts.env !== undefined).map(({ path, facts }) => [
    code(path),
    facts.flag === undefined ? "–" : code(facts.flag),
    code(facts.env),
  ]);
  return {
    "live settings": codeBlock("text live", live),
    settings: markdownTable(["key", "default", "accepts", "what it does"], settings),
    variables: markdownTable(["setting", "flag", "variable"], variables),
    "rule options": markdownTable(["option", "accepts", "what it does"], optionRows(RULE_SCHEMA, "")),
    "key options": markdownTable(["in apiKeys", "accepts", "what it does"], optionRows(API_KEY_SECTION, "")),
  };
}

function optionRows(schema: TSchema, prefix: string): readonly (readonly string[])[] {
  if (!Type.IsObject(schema)) return [];
  return Object.entries(schema.properties).flatMap(([key, inner]) => {
    const facts = factsOf(inner);
    if (facts === undefined) throw new Error(`${prefix}${key} does not say what it is.`);
    const nested = Type.IsUnion(inner) ? inner.anyOf.find(Type.IsObject) : undefined;
    const row = [code(prefix + key), facts.expected, facts.description];
    return [row, ...(nested === undefined ? [] : optionRows(nested, `${prefix}${key}.`))];
  });
}

function code(value: unknown): string {
  return `\`${Array.isArray(value) ? JSON.stringify(value) : String(value)}\``;
}
