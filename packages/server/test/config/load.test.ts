import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { ConfigError } from "../../src/config/config.ts";
import { parseConfigFile } from "../../src/config/config-file.ts";
import { loadConfig } from "../../src/config/load.ts";

const folder = mkdtempSync(join(tmpdir(), "tidewire-config-"));
after(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

describe("the configuration file", () => {
  it("is the one that the flag names, else the variable, else none", () => {
    const one = fileOf("one.yaml", "data: one");
    const two = fileOf("two.yaml", "data: two");
    assert.equal(
      loadConfig({ flags: { "--config": one }, env: { TIDEWIRE_CONFIG: two } }).values.data,
      "one",
    );
    const loaded = loadConfig({ env: { TIDEWIRE_CONFIG: two } });
    assert.equal(loaded.values.data, "two");
    assert.equal(loaded.file, two);
    assert.equal(loadConfig({ env: { TIDEWIRE_CONFIG: "" } }).file, null);
  });

  it("is YAML or JSON, and may be empty", () => {
    const rules = 'channels: [{ match: "chat.**", history: { messages: 1000, ttl: 24h, bytes: 16MB } }]';
    const json = '{"channels":[{"match":"chat.**","history":{"messages":1000,"ttl":"24h","bytes":"16MB"}}]}';
    const expected = [
      { match: "chat.**", history: { messages: 1000, ttlMs: 86_400_000, bytes: 16_777_216 } },
    ];
    assert.deepEqual(
      loadConfig({ flags: { "--config": fileOf("c.yaml", rules) } }).values.channels,
      expected,
    );
    assert.deepEqual(loadConfig({ flags: { "--config": fileOf("c.json", json) } }).values.channels, expected);
    assert.deepEqual(
      loadConfig({ flags: { "--config": fileOf("empty.yaml", "# nothing\n") } }).values.channels,
      [],
    );
  });

  it("says off and on without quotes", () => {
    const { values } = loadConfig({
      flags: {
        "--config": fileOf(
          "off.yaml",
          "log: { dir: off }\nchannels:\n  - { match: a, history: off }\n  - { match: b, history: on, rateLimit: off }\n",
        ),
      },
    });
    assert.equal(values.log.dir, null);
    assert.deepEqual(values.channels, [
      { match: "a", history: "off" },
      { match: "b", history: {}, rateLimit: null },
    ]);
  });

  it("is refused with the line of a mistake", () => {
    const content = "data: one\ndata: two\n";
    assert.throws(
      () => parseConfigFile("t.yaml", content),
      (error) => error instanceof ConfigError && error.message.startsWith("t.yaml:2: "),
    );
    assert.throws(() => parseConfigFile("t.json", '{"a": '), ConfigError);
  });

  it("is refused with a hint when a pattern has no quotes", () => {
    for (const pattern of ["**", "*.chat", "@u1"]) {
      assert.throws(
        () => parseConfigFile("t.yaml", `channels:\n  - match: ${pattern}\n`),
        (error) =>
          error instanceof ConfigError &&
          error.message.endsWith('Put patterns in quotes, as in match: "**".'),
        pattern,
      );
    }
  });

  it("must be there when it is named", () => {
    assert.throws(
      () => loadConfig({ flags: { "--config": join(folder, "missing.yaml") } }),
      /missing\.yaml cannot be read: ENOENT/,
    );
  });

  it("is refused when it is a list or a text", () => {
    for (const content of ["- a\n", "just words\n"]) {
      assert.throws(
        () => loadConfig({ flags: { "--config": fileOf("odd.yaml", content) } }),
        /must be a section with keys/,
      );
    }
  });
});
