import assert from "node:assert/strict";
import { describe, it } from "node:test";
import Type, { type TSchema } from "typebox";
import { API_KEY_SECTION } from "../../src/config/api-key-setting.ts";
import { builtInRules } from "../../src/config/built-in-rules.ts";
import { ChannelRules } from "../../src/config/channel-rules.ts";
import { parseConfigFile } from "../../src/config/config-file.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { RULE_SCHEMA } from "../../src/config/rule-schema.ts";
import { factsOf } from "../../src/config/setting.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { configOf } from "../support/config.ts";
import { codeBlocks, readPage, tableOf } from "../support/markdown.ts";

const page = readPage("config.md");

function code(value: unknown): string {
  return `\`${Array.isArray(value) ? JSON.stringify(value) : String(value)}\``;
}

/** The rows that the table of options must have. */
function optionRows(schema: TSchema, prefix: string): readonly (readonly string[])[] {
  if (!Type.IsObject(schema)) return [];
  return Object.entries(schema.properties).flatMap(([key, inner]) => {
    const facts = factsOf(inner);
    assert.ok(facts, `${prefix}${key} says what it is`);
    const nested = Type.IsUnion(inner) ? inner.anyOf.find(Type.IsObject) : undefined;
    const row = [code(prefix + key), facts.expected, facts.description];
    return [row, ...(nested === undefined ? [] : optionRows(nested, `${prefix}${key}.`))];
  });
}

describe("docs/config.md", () => {
  it("lists every setting with its default, what it accepts and what it does", () => {
    const expected = SETTINGS.map(({ path, facts }) => [
      code(path),
      code(facts.default),
      facts.expected,
      facts.description,
    ]);
    assert.deepEqual(tableOf(page, "key", "default", "accepts", "what it does"), expected);
  });

  it("lists every flag and variable", () => {
    const expected = SETTINGS.filter(({ facts }) => facts.env !== undefined).map(({ path, facts }) => [
      code(path),
      facts.flag === undefined ? "–" : code(facts.flag),
      code(facts.env),
    ]);
    assert.deepEqual(tableOf(page, "setting", "flag", "variable"), expected);
  });

  it("lists every option of a rule", () => {
    assert.deepEqual(tableOf(page, "option", "accepts", "what it does"), optionRows(RULE_SCHEMA, ""));
  });

  it("lists every key of an API key's section", () => {
    assert.deepEqual(tableOf(page, "in apiKeys", "accepts", "what it does"), optionRows(API_KEY_SECTION, ""));
    const [example = ""] = codeBlocks(page, "yaml apiKeys");
    const { values } = resolveConfig({ file: parseConfigFile("example.yaml", example) });
    assert.deepEqual(
      values.apiKeys.map(({ name }) => name),
      ["key-1", "chat-backend", "dashboard"],
    );
  });

  it("lists every audience", () => {
    const facts = factsOf(RULE_SCHEMA.properties.subscribe);
    const listed = tableOf(page, "audience", "who").map(([name = ""]) => name.replaceAll("`", ""));
    assert.equal(`${listed.slice(0, -1).join(", ")} or ${listed.at(-1)}`, facts?.expected);
  });

  it("lists the built-in rules in their order", () => {
    const expected = builtInRules(configOf()).map(({ name, rule }) => [code(rule.match), name]);
    const listed = tableOf(page, "match", "what it sets", "called").map(([match, , name]) => [match, name]);
    assert.deepEqual(listed, expected);
  });

  it("shows a file that can be used and has every setting", () => {
    const [example = ""] = codeBlocks(page, "yaml");
    const { values, sources, warnings } = resolveConfig({
      file: parseConfigFile("example.yaml", example),
    });
    for (const { path } of SETTINGS)
      assert.equal(sources.get(path)?.kind, "file", `the example sets ${path}`);
    assert.deepEqual(warnings, []);
    const staff = new ChannelRules(values).resolve("chat.staff");
    assert.deepEqual(staff.history, {
      messages: 1000,
      ttlMs: 604_800_000,
      bytes: 16_777_216,
      durable: "disk",
    });
    assert.equal(staff.publish, "users");
  });

  it("shows an example with every option of a rule", () => {
    const [example = ""] = codeBlocks(page, "yaml");
    for (const option of Object.keys(RULE_SCHEMA.properties)) {
      assert.match(example, new RegExp(`\\b${option}:`), `the example uses ${option}`);
    }
  });

  it("shows the example at the defaults where it can", () => {
    const [example = ""] = codeBlocks(page, "yaml");
    const { values } = resolveConfig({ file: parseConfigFile("example.yaml", example) });
    const { apiKeys, auth, origins, demos, log, channels, hooks, webhooks, tls, ...rest } = values;
    assert.ok(
      auth.secrets.length > 0 &&
        auth.keys.length > 0 &&
        apiKeys.length > 0 &&
        origins.length > 0 &&
        channels.length > 0 &&
        !demos &&
        log.dir !== null &&
        tls.cert !== null,
    );
    const defaults = configOf();
    assert.deepEqual({ ...defaults, ...rest }, defaults);
    const { connect, subscribe, publish, rpc } = defaults.hooks;
    assert.deepEqual({ ...hooks, connect, subscribe, publish, rpc, secrets: [] }, defaults.hooks);
    assert.deepEqual({ ...webhooks, endpoints: [], secrets: [] }, defaults.webhooks);
  });
});
