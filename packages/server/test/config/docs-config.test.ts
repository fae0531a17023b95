import assert from "node:assert/strict";
import { describe, it } from "node:test";
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
  return `\`${String(value)}\``;
}

describe("docs/config.md", () => {
  it("shows API keys that can be used", () => {
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

  it("shows files that name their schema to editors, and can be used", () => {
    for (const example of [...codeBlocks(page, "yaml editor"), ...codeBlocks(page, "json editor")]) {
      assert.match(example, /schema"?[=:] ?"?\.\/node_modules\/tidewire\/config\.schema\.json/);
      assert.equal(resolveConfig({ file: parseConfigFile("example", example) }).values.listen.port, 9000);
    }
  });
});
