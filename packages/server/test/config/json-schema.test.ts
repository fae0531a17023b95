import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Check } from "typebox/value";
import { parse } from "yaml";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import { codeBlocks, readPage } from "../support/markdown.ts";
import { run } from "../support/run-program.ts";

const schema = configJsonSchema();

function accepts(yaml: string): boolean {
  return Check(schema, parse(yaml));
}

describe("the JSON schema of the configuration file", () => {
  it("accepts the documented file that has every setting", () => {
    const [example = ""] = codeBlocks(readPage("config.md"), "yaml");
    assert.ok(accepts(example));
    assert.ok(accepts("{}"), "nothing has to be configured");
    assert.ok(accepts('$schema: "./config.schema.json"'));
  });

  for (const [what, yaml] of [
    ["an unknown key", "listn: {}"],
    ["an unknown key of a section", "listen: { prot: 1 }"],
    ["an unknown key of a rule's section", 'channels: [{ match: "a", history: { mesages: 1 } }]'],
    ["a rule without a pattern", "channels: [{ presence: true }]"],
    ["a number out of range", "listen: { port: 70000 }"],
    ["a duration without a unit", 'drainMs: "5"'],
    ["a size with an unknown unit", "limits: { bodyBytes: 5TB }"],
    ["an unknown word", "engine: sqlite"],
    ["an API key without scopes", "apiKeys: [{ name: a, key: k }]"],
  ] as const) {
    it(`marks ${what}`, () => assert.equal(accepts(yaml), false));
  }

  it("says of every setting what it is for", () => {
    const undescribed = Object.entries(flatProperties(schema)).filter(([, inner]) => {
      return typeof inner["description"] !== "string" && inner["type"] !== "object";
    });
    assert.deepEqual(
      undescribed.map(([path]) => path),
      [],
    );
  });

  it("is what `tidewire config schema` prints", async () => {
    const { printed, status } = await run(["config", "schema"]);
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(printed.join("\n")), JSON.parse(JSON.stringify(schema)));
  });
});

type Properties = Record<string, Readonly<Record<string, unknown>>>;

function flatProperties(section: Readonly<Record<string, unknown>>, prefix = ""): Properties {
  const properties: unknown = section["properties"];
  if (typeof properties !== "object" || properties === null) return {};
  const all: Properties = {};
  for (const [key, inner] of Object.entries(properties)) {
    all[prefix + key] = inner;
    Object.assign(all, flatProperties(inner, `${prefix}${key}.`));
  }
  return all;
}
