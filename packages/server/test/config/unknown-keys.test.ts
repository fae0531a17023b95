import assert from "node:assert/strict";
import { describe, it } from "node:test";
import Type, { type TSchema } from "typebox";
import { ConfigError } from "../../src/config/config.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { CONFIG_SCHEMA } from "../../src/config/schema.ts";
import { SETTINGS } from "../../src/config/settings.ts";

/** A section of the file, and the file that has this in its place. */
interface Place {
  readonly path: string;
  readonly keys: readonly string[];
  readonly fileWith: (section: unknown) => unknown;
}

/** Every section at every depth: within sections, in the entries of lists, and where a section is one of several forms. */
function sectionsIn(schema: TSchema, path: string, fileWith: Place["fileWith"]): readonly Place[] {
  if (Type.IsArray(schema)) return sectionsIn(schema.items, `${path}[0]`, (inner) => fileWith([inner]));
  if (Type.IsUnion(schema)) return schema.anyOf.flatMap((inner) => sectionsIn(inner, path, fileWith));
  if (!Type.IsObject(schema)) return [];
  const inner = Object.entries(schema.properties).flatMap(([key, property]) =>
    sectionsIn(property, path === "" ? key : `${path}.${key}`, (section) => fileWith({ [key]: section })),
  );
  return [{ path, keys: Object.keys(schema.properties), fileWith }, ...inner];
}

function mistakesIn(settings: unknown): readonly string[] {
  try {
    resolveConfig({ settings });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.mistakes.map(({ message }) => message);
  }
}

describe("an unknown key", () => {
  const places = sectionsIn(CONFIG_SCHEMA, "", (file) => file);

  it("is refused in every section at every depth, with a key that is known there", () => {
    const paths = places.map(({ path }) => path);
    for (const path of [
      "",
      "auth.jwks",
      "channels[0]",
      "channels[0].history",
      "apiKeys[0]",
      "webhooks.endpoints[0]",
    ])
      assert.ok(paths.includes(path), `${path} is looked into`);
    for (const { path, keys, fileWith } of places) {
      for (const key of keys) {
        const misspelt = `${key}z`;
        const mistakes = mistakesIn(fileWith({ [misspelt]: 1 }));
        const [, nearest] =
          mistakes.map((each) => /z is not a key of .* Did you mean ([\w.]+)\?$/.exec(each)).find(Boolean) ??
          [];
        assert.ok(nearest !== undefined, `${path}.${misspelt}: ${mistakes.join(" ")}`);
        assert.ok(keys.includes(nearest) || nearest.includes("."), `${nearest} is known in ${path}`);
      }
    }
  });

  it("is told as a variable, too, with the one that was probably meant", () => {
    for (const { facts } of SETTINGS) {
      if (facts.env === undefined) continue;
      const { warnings } = resolveConfig({ env: { [`${facts.env}Z`]: "1" } });
      assert.match(
        warnings.join(),
        new RegExp(`^${facts.env}Z is not a variable .* Did you mean TIDEWIRE_\\w+\\?`),
      );
    }
  });
});
