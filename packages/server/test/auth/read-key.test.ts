import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { configuredKeys } from "../../src/auth/identify.ts";
import { readKey, TokenKeyError } from "../../src/auth/read-key.ts";
import { ConfigError } from "../../src/config/config.ts";
import { configOf } from "../support/config.ts";
import { PAIRS, pemOf, SECRET } from "../support/tokens.ts";

const { RS256, ES256, EdDSA } = PAIRS;

function problemOf(text: string, kind: "public" | "private" = "public"): string {
  try {
    readKey(text, kind, "the key");
  } catch (error) {
    assert.ok(error instanceof TokenKeyError, String(error));
    return error.message;
  }
  assert.fail("it was accepted");
}

function jwk(members: object): string {
  return JSON.stringify(members);
}

describe("a key of tokens", () => {
  test("is read from PEM, from a JWK, and from a file, and is for one algorithm", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "tidewire-keys-"));
    t.after(() => rm(folder, { recursive: true }));
    for (const [algorithm, { publicKey, privateKey }] of Object.entries(PAIRS)) {
      const file = join(folder, `${algorithm}.pem`);
      await writeFile(file, pemOf(publicKey));
      assert.equal(readKey(pemOf(publicKey), "public", "k").algorithm, algorithm);
      assert.equal(readKey(file, "public", "k").algorithm, algorithm);
      const members = publicKey.export({ format: "jwk" });
      const read = readKey(jwk({ ...members, kid: "k1", use: "sig", alg: algorithm }), "public", "k");
      assert.deepEqual([read.algorithm, read.id, read.key.type], [algorithm, "k1", "public"]);
      const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
      assert.equal(readKey(pem, "private", "k").key.type, "private");
      assert.equal(readKey(jwk(privateKey.export({ format: "jwk" })), "private", "k").key.type, "private");
    }
  });

  const secretJwk = { kty: "oct", k: Buffer.from(SECRET).toString("base64url") };
  const rsa = RS256.publicKey.export({ format: "jwk" });

  test("may be a secret as a JWK, which has a name", () => {
    const { algorithm, id } = readKey(jwk({ ...secretJwk, kid: "2026" }), "public", "k");
    assert.deepEqual([algorithm, id], ["HS256", "2026"]);
  });

  const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
  const otherCurve = generateKeyPairSync("ec", { namedCurve: "secp384r1" }).publicKey;
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ["a file that is not there", "/nowhere/key.pem", /the key cannot be read from its file: ENOENT/],
    [
      "a PEM of nonsense",
      "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
      /neither PEM nor a JWK/,
    ],
    ["JSON of nonsense", `{"k":"${SECRET}"`, /begins like a JWK and is not valid JSON/],
    ["a JWK of nonsense", jwk({ kty: "RSA", n: "x" }), /neither PEM nor a JWK/],
    ["RSA with 1024 bits", pemOf(weak), /RSA of 2048 bits or more/],
    ["a curve that ES256 does not have", pemOf(otherCurve), /P-256/],
    ["a short secret", jwk({ kty: "oct", k: "c2hvcnQ" }), /shorter than the 32 bytes/],
    ["a secret without its bytes", jwk({ kty: "oct" }), /without k/],
    ["a key for encryption", jwk({ ...rsa, use: "enc" }), /not for signatures/],
    ["a key for another algorithm", jwk({ ...rsa, alg: "PS256" }), /another alg than RS256/],
    [
      "a private PEM",
      EdDSA.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      /give it the public key/,
    ],
    ["a private JWK", jwk(ES256.privateKey.export({ format: "jwk" })), /give it the public key/],
  ];
  for (const [what, text, expected] of wrong) {
    test(`is not ${what}, which is said without showing it`, () => {
      const problem = problemOf(text);
      assert.match(problem, expected);
      if (!text.startsWith("/")) assert.ok(!problem.includes(text.slice(0, 20)));
    });
  }

  test("that signs is the private one", () => {
    assert.match(problemOf(pemOf(RS256.publicKey), "private"), /signed with the private one/);
  });

  test("of the configuration that cannot be used is named by its place, each of them", () => {
    const { auth } = configOf({ auth: { keys: [pemOf(RS256.publicKey), "/nowhere", "{"] } });
    assert.throws(
      () => configuredKeys(auth),
      (error) => error instanceof ConfigError && /^auth\.keys\[1\] .*\nauth\.keys\[2\] /.test(error.message),
    );
  });
});
