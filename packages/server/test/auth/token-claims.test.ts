import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MAX_INFO_LENGTH, Problem } from "@tidewire/protocol";
import fc from "fast-check";
import { readClaims, type TokenClaims } from "../../src/auth/token-claims.ts";

function problemOf(payload: unknown): string {
  const problem = readClaims(payload);
  assert.ok(problem instanceof Problem, "it was accepted");
  return problem.message;
}

describe("the claims of a token", () => {
  test("are read whatever else stands beside them, and never throw", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (payload) => {
        const claims = readClaims(payload);
        assert.ok(claims instanceof Problem || typeof claims.expiresAtMs === "number");
      }),
    );
    const name = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme-ascii" });
    const pattern = fc.constantFrom("**", "a", "a.*", "@*", "chat.**");
    const payload = fc.record(
      {
        sub: name,
        exp: fc.integer({ min: 0, max: 4e9 }),
        iat: fc.double({ min: 0, max: 4e9, noNaN: true }),
        device: name,
        session: name,
        info: fc.jsonValue({ maxDepth: 2 }),
        channels: fc.record(
          { subscribe: fc.array(pattern), publish: fc.array(pattern) },
          { requiredKeys: [] },
        ),
        unknown: fc.anything(),
      },
      { requiredKeys: ["exp"] },
    );
    fc.assert(
      fc.property(payload, (given) => {
        const info = given.info === undefined ? null : JSON.stringify(given.info);
        fc.pre(info === null || info.length <= MAX_INFO_LENGTH);
        const expected: TokenClaims = {
          user: given.sub ?? null,
          infoJson: info,
          device: given.device ?? null,
          signIn: given.session ?? null,
          channels:
            given.channels === undefined
              ? null
              : { subscribe: given.channels.subscribe ?? [], publish: given.channels.publish ?? [] },
          issuedAtMs: given.iat === undefined ? null : given.iat * 1000,
          expiresAtMs: given.exp * 1000,
        };
        assert.deepEqual(readClaims(given), expected);
      }),
    );
  });

  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [null, /must be an object/],
    [{ sub: "ann" }, /^exp: must be a number of seconds since 1970/],
    [{ exp: -1 }, /^exp/],
    [{ exp: Number.NaN }, /^exp/],
    [{ exp: 1, iat: "now" }, /^iat/],
    [{ exp: 1, device: "" }, /^device: must be a string of 1 to 200/],
    [{ exp: 1, session: {} }, /^session: must be a string/],
    [{ exp: 1, channels: ["a"] }, /^channels: must be an object/],
    [{ exp: 1, channels: { publish: "a" } }, /^channels\.publish: must be an array/],
    [{ exp: 1, channels: { subscribe: ["a", 1] } }, /^channels\.subscribe\.1: must be a string/],
    [{ exp: 1, channels: { subscribe: ["**.a"] } }, /^channels\.subscribe\.0: \*\* matches any rest/],
    [{ exp: 1, info: "x".repeat(MAX_INFO_LENGTH) }, /^info: must have at most 2048/],
  ];
  for (const [payload, expected] of wrong) {
    test(`say what is wrong with ${JSON.stringify(payload).slice(0, 60)}`, () => {
      assert.match(problemOf(payload), expected);
    });
  }
});
