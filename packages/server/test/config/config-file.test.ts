import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { stringify } from "yaml";
import { ConfigError } from "../../src/config/config.ts";
import { parseConfigFile } from "../../src/config/config-file.ts";

const YAML = `# a comment
listen:
  port: 9000

channels:
  - match: a
    history:
      messages: 5
  - { match: b,
      presense: true }
`;

function mistakesOf(content: string) {
  try {
    parseConfigFile("t.yaml", content);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.mistakes;
  }
  assert.fail("the file was accepted");
}

describe("a configuration file", () => {
  it("knows the line of every key", () => {
    const { lineOf } = parseConfigFile("t.yaml", YAML);
    assert.deepEqual(
      ["listen", "listen.port", "channels", "channels[0].history.messages", "channels[1].presense"].map(
        (path) => lineOf(path),
      ),
      [2, 3, 5, 8, 10],
    );
  });

  it("gives the line of what is around a key that is missing", () => {
    const { lineOf } = parseConfigFile("t.yaml", YAML);
    assert.equal(lineOf("listen.host"), 2);
    assert.equal(lineOf("channels[1].match.deeper"), 9);
    assert.equal(lineOf("elsewhere"), null);
    assert.equal(lineOf(""), null);
    assert.equal(parseConfigFile("t.yaml", "").lineOf("listen"), null);
  });

  it("knows the lines of JSON, too", () => {
    const { lineOf } = parseConfigFile("t.json", '{\n  "listen": {\n    "port": 1\n  }\n}\n');
    assert.equal(lineOf("listen.port"), 3);
  });

  it("tells all mistakes of its grammar, each with its line", () => {
    const mistakes = mistakesOf("data: one\ndata: two\nlog:\n  level: info\n  level: warn\n");
    assert.deepEqual(
      mistakes.map(({ source, line }) => [source, line]),
      [
        ["t.yaml", 2],
        ["t.yaml", 5],
      ],
    );
  });

  it("reads a section in the place of a key without a warning on the side", async () => {
    const warnings: Error[] = [];
    const keep = (warning: Error): void => void warnings.push(warning);
    process.on("warning", keep);
    const { settings } = parseConfigFile("t.yaml", "{ port: 8080 }: 1\n");
    await setImmediate();
    process.off("warning", keep);
    assert.deepEqual(settings, { "{ port: 8080 }": 1 });
    assert.deepEqual(warnings, []);
  });

  it("finds the line of every key of whatever YAML it is given", () => {
    const key = fc.stringMatching(/^[a-z]{1,5}$/);
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.integer(),
        fc.array(tie("value"), { minLength: 1, maxLength: 3 }),
        fc.dictionary(key, tie("value"), { minKeys: 1, maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 3 }), (settings) => {
        const content = stringify(settings);
        const lines = content.split("\n");
        const { lineOf } = parseConfigFile("t.yaml", content);
        for (const name of Object.keys(settings)) {
          assert.match(lines[(lineOf(name) ?? 0) - 1] ?? "", new RegExp(`^"?${name}"?:`));
        }
      }),
    );
  });
});
