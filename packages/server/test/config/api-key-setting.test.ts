import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ConfigError } from "../../src/config/config.ts";
import { configOf } from "../support/config.ts";

function problemOf(apiKeys: unknown): string {
  try {
    configOf({ apiKeys });
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return assert.fail("the configuration must be refused");
}

const WEB = { name: "web", key: "0123456789abcdef", scopes: ["publish"] };

describe("apiKeys", () => {
  it("takes bare keys, which may do everything, beside keys with a name, scopes and channels", () => {
    const { apiKeys } = configOf({
      apiKeys: ["bare-key-of-the-test", WEB, { ...WEB, name: "b", key: "b", channels: ["@*"] }],
    });
    assert.deepEqual(apiKeys, [
      { name: "key-1", key: "bare-key-of-the-test", scopes: ["admin"], channels: null },
      { ...WEB, channels: null },
      { name: "b", key: "b", scopes: ["publish"], channels: ["@*"] },
    ]);
  });

  it("names what is wrong with a key, and where", () => {
    assert.match(problemOf([{ ...WEB, scopes: [] }]), /apiKeys\[0\]\.scopes/);
    assert.match(
      problemOf([{ ...WEB, scopes: ["write"] }]),
      /apiKeys\[0\]\.scopes.*publish, read, kick or admin/,
    );
    assert.match(problemOf([{ ...WEB, name: "two words" }]), /apiKeys\[0\]\.name/);
    assert.match(
      problemOf(["a-first-key-of-all", { ...WEB, channels: ["chat.**.x"] }]),
      /apiKeys\[1\]\.channels\[0\]/,
    );
    assert.match(problemOf([{ name: "web", key: "k" }]), /apiKeys\[0\]\.scopes is missing/);
    assert.match(problemOf([{ ...WEB, scope: "read" }]), /apiKeys\[0\]\.scope.*Did you mean scopes/);
  });

  it("wants a name of its own for each key, and each key once", () => {
    assert.match(problemOf([WEB, { ...WEB, key: "another-key-of-them" }]), /name of its own/);
    assert.match(problemOf([WEB, { ...WEB, name: "other" }]), /one key twice/);
    assert.match(problemOf(["some-bare-key-here", { ...WEB, name: "key-1" }]), /name of its own/);
  });
});
