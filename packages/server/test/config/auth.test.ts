import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accessModeOf } from "../../src/config/access-mode.ts";
import { ConfigError } from "../../src/config/config.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { configOf } from "../support/config.ts";
import { SECRET } from "../support/tokens.ts";

const KEY_SET = { url: "https://id.example/keys" };

function problemOf(auth: Readonly<Record<string, unknown>>): string {
  try {
    configOf({ auth });
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  assert.fail("it was accepted");
}

describe("what tokens are checked with", () => {
  it("ends open mode, and with it the refusal to listen on every address", () => {
    assert.equal(accessModeOf(configOf()), "open");
    for (const auth of [
      { secrets: [SECRET] },
      { keys: ["./public.pem"] },
      { jwks: KEY_SET, issuer: "https://id.example", audience: "push" },
    ]) {
      const config = configOf({ listen: { host: "0.0.0.0" }, auth });
      assert.equal(accessModeOf(config), "authenticated");
    }
  });

  it("may not be a short secret, which is told without printing it", () => {
    const problem = problemOf({ secrets: ["too-short-for-hs256"] });
    assert.match(problem, /auth\.secrets\[0\] must be a text of at least 32 characters/);
    assert.ok(!problem.includes("too-short"));
  });

  it("needs an issuer and an audience where others publish the keys", () => {
    assert.match(problemOf({ jwks: KEY_SET, audience: "push" }), /auth\.jwks\.url needs auth\.issuer/);
    assert.match(problemOf({ jwks: KEY_SET, issuer: "x" }), /auth\.jwks\.url needs auth\.audience/);
  });

  it("is fetched by http or https", () => {
    for (const url of ["keys.json", "file:///keys.json", "ftp://id.example/keys"]) {
      assert.match(
        problemOf({ jwks: { url }, issuer: "x", audience: "y" }),
        /must be a URL of http or https/,
      );
    }
  });

  it("is doubted when it crosses a network in clear text", () => {
    const warningsFor = (url: string): readonly string[] =>
      resolveConfig({ settings: { auth: { jwks: { url }, issuer: "x", audience: "y" } } }).warnings;
    assert.match(warningsFor("http://id.example/keys").join(), /Use https/);
    for (const url of [
      "https://id.example/keys",
      "http://127.0.0.1:9/keys",
      "http://[::1]:9/",
      "http://localhost/",
    ]) {
      assert.deepEqual(warningsFor(url), []);
    }
  });
});
