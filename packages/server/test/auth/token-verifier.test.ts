import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { MAX_TOKEN_LENGTH } from "@tidewire/protocol";
import { configuredKeys } from "../../src/auth/identify.ts";
import { TokenVerifier } from "../../src/auth/token-verifier.ts";
import type { Identity } from "../../src/core/identity.ts";
import { configOf } from "../support/config.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { PAIRS, pemOf, SECRET, signedToken, tokenOf } from "../support/tokens.ts";

const NOW_S = 1_800_000_000;
const { RS256, ES256, EdDSA } = PAIRS;

/** Checks tokens at a time that stands still. */
function verifierWith(auth: Readonly<Record<string, unknown>>): TokenVerifier {
  const config = configOf({ auth }).auth;
  const clock = new FakeClock(NOW_S * 1000);
  return new TokenVerifier({ ...config, keys: configuredKeys(config), remoteKeys: null, clock });
}

const BY_SECRET = verifierWith({ secrets: [SECRET] });
const BY_KEYS = verifierWith({ keys: Object.values(PAIRS).map(({ publicKey }) => pemOf(publicKey)) });
const BY_RSA = verifierWith({ keys: [pemOf(RS256.publicKey)] });
const BY_ISSUER = verifierWith({ secrets: [SECRET], issuer: "https://id.example", audience: "push" });

const LASTING = { sub: "ann", exp: NOW_S + 60 };

async function identityOf(verifier: TokenVerifier, token: string): Promise<Identity> {
  const identity = await verifier.verify(token);
  assert.ok(!("code" in identity), JSON.stringify(identity));
  return identity;
}

async function refusalOf(verifier: TokenVerifier, token: string): Promise<string> {
  const refusal = await verifier.verify(token);
  assert.ok("code" in refusal, `${token} was accepted`);
  return `${refusal.code}: ${refusal.message}`;
}

function unsigned(header: string, payload: string): string {
  return `${Buffer.from(header).toString("base64url")}.${Buffer.from(payload).toString("base64url")}`;
}

describe("a token", () => {
  test("is accepted with each algorithm, by the key that it is for", async () => {
    assert.equal((await identityOf(BY_SECRET, tokenOf(LASTING))).user, "ann");
    for (const { privateKey } of Object.values(PAIRS)) {
      assert.equal((await identityOf(BY_KEYS, tokenOf(LASTING, { key: privateKey }))).user, "ann");
    }
  });

  test("gives all that it says about its holder", async () => {
    const token = tokenOf({
      ...LASTING,
      iat: NOW_S - 5,
      info: { name: "Ann" },
      device: "phone",
      session: "s1",
      channels: { subscribe: ["chat.**"], publish: ["chat.lobby"] },
    });
    const { grants, ...identity } = await identityOf(BY_SECRET, token);
    assert.deepEqual(identity, {
      user: "ann",
      infoJson: '{"name":"Ann"}',
      device: "phone",
      signIn: "s1",
      authenticated: true,
      subscribe: [],
      issuedAtMs: (NOW_S - 5) * 1000,
      expiresAtMs: (NOW_S + 60) * 1000,
    });
    assert.ok(grants !== null);
    assert.deepEqual([grants.maySubscribe("chat.x"), grants.mayPublish("chat.x")], [true, false]);
  });

  test("may have no name, and then is somebody's without one", async () => {
    const identity = await identityOf(BY_SECRET, tokenOf({ exp: NOW_S + 60 }));
    assert.deepEqual([identity.user, identity.authenticated], [null, true]);
  });

  test("shares its grants with every token that grants the same", async () => {
    const channels = { subscribe: ["a", "b.*"] };
    const ann = await identityOf(BY_SECRET, tokenOf({ ...LASTING, channels }));
    const bob = await identityOf(BY_SECRET, tokenOf({ ...LASTING, sub: "bob", channels }));
    assert.equal(ann.grants, bob.grants);
  });

  test("counts within the tolerance of the clocks", async () => {
    await identityOf(BY_SECRET, tokenOf({ sub: "ann", exp: NOW_S - 4 }));
    await identityOf(BY_SECRET, tokenOf({ ...LASTING, nbf: NOW_S + 4 }));
    assert.match(await refusalOf(BY_SECRET, tokenOf({ sub: "ann", exp: NOW_S - 6 })), /^token_expired/);
  });

  test("may be meant for several, of whom the server is one", async () => {
    const token = tokenOf({ ...LASTING, iss: "https://id.example", aud: ["mail", "push"] });
    assert.equal((await identityOf(BY_ISSUER, token)).user, "ann");
  });

  test("is accepted with each of several secrets, so that one can be replaced", async () => {
    const other = `another ${SECRET}`;
    const both = verifierWith({ secrets: [other, SECRET] });
    await identityOf(both, tokenOf(LASTING));
    await identityOf(both, tokenOf(LASTING, { secret: other }));
    await identityOf(both, tokenOf(LASTING, { header: { kid: "of no key here" } }));
  });

  test("with a kid is checked with the key of that name", async () => {
    const jwk = (kid: string, secret: string): string =>
      JSON.stringify({ kty: "oct", kid, k: Buffer.from(secret).toString("base64url") });
    const other = `another ${SECRET}`;
    const verifier = verifierWith({ keys: [jwk("old", SECRET), jwk("new", other)] });
    await identityOf(verifier, tokenOf(LASTING, { header: { kid: "old" } }));
    await identityOf(verifier, tokenOf(LASTING, { secret: other, header: { kid: "new" } }));
    const mixed = tokenOf(LASTING, { secret: other, header: { kid: "old" } });
    assert.match(await refusalOf(verifier, mixed), /^token_invalid.*no key/);
    assert.match(await refusalOf(verifier, tokenOf(LASTING, { header: { kid: "x" } })), /^token_invalid/);
  });

  test("whose key appears twice in its JSON is read the one way that JSON.parse reads it", async () => {
    const payload = `{"sub":"eve","sub":"ann","exp":${NOW_S + 60}}`;
    assert.equal((await identityOf(BY_SECRET, signedToken(payload))).user, "ann");
  });
});

const GOOD = tokenOf(LASTING);
const [HEAD = "", BODY = "", SIGNATURE = ""] = GOOD.split(".");
const FORGED_BODY = Buffer.from(JSON.stringify({ ...LASTING, sub: "admin" })).toString("base64url");
const RSA_PEM = pemOf(RS256.publicKey);
const RSA_DER = RS256.publicKey.export({ type: "spki", format: "der" });

/** HS256 with a public key as the secret: what a library that trusts `alg` takes for a signature. */
function confused(secret: string | Buffer): string {
  const signed = unsigned('{"alg":"HS256"}', JSON.stringify(LASTING));
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** What was tried, the token, who checks it, and how it is refused. */
const ATTACKS: readonly (readonly [string, string, TokenVerifier, RegExp])[] = [
  ["nothing", "", BY_SECRET, /token_invalid: The token is empty/],
  ["a word", "hello", BY_SECRET, /token_invalid: The token is no JWT/],
  ["two parts", `${HEAD}.${BODY}`, BY_SECRET, /token_invalid: The token is no JWT/],
  ["four parts", `${GOOD}.x`, BY_SECRET, /token_invalid: The token is no JWT/],
  ["five parts, as of an encrypted token", `${GOOD}.x.y`, BY_SECRET, /token_invalid/],
  ["a huge one", `${HEAD}.${"a".repeat(MAX_TOKEN_LENGTH)}.x`, BY_SECRET, /more than 8192/],
  ["a header of nonsense", `AAAA.${BODY}.${SIGNATURE}`, BY_SECRET, /token_invalid: The token is no JWT/],
  ["no alg", `${unsigned("{}", JSON.stringify(LASTING))}.`, BY_SECRET, /token_invalid: The token's alg/],
  ...["none", "None", "NONE", "nOnE", "", "HS512", "hs256", "PS256", "RSA-OAEP", "constructor"].map(
    (alg) =>
      [
        `alg ${JSON.stringify(alg)} without a signature`,
        `${unsigned(JSON.stringify({ alg }), JSON.stringify(LASTING))}.`,
        BY_SECRET,
        /token_invalid: The token's alg/,
      ] as const,
  ),
  ["a list as alg", `${unsigned('{"alg":["HS256"]}', "{}")}.x`, BY_SECRET, /token_invalid/],
  ["no signature", `${HEAD}.${BODY}.`, BY_SECRET, /token_invalid/],
  ["another signature", `${HEAD}.${BODY}.${"A".repeat(43)}`, BY_SECRET, /no key/],
  ["another payload", `${HEAD}.${FORGED_BODY}.${SIGNATURE}`, BY_SECRET, /no key/],
  ["another secret", tokenOf(LASTING, { secret: `${SECRET}!` }), BY_SECRET, /no key/],
  ["the public key's PEM as a secret", confused(RSA_PEM), BY_RSA, /no key/],
  ["the same without its last line feed", confused(RSA_PEM.trimEnd()), BY_RSA, /no key/],
  ["the public key's bytes as a secret", confused(RSA_DER), BY_RSA, /no key/],
  ["a key of another algorithm", tokenOf(LASTING, { key: ES256.privateKey }), BY_RSA, /no key/],
  ["a signature by one algorithm under the name of another", relabelled("RS256"), BY_KEYS, /token_invalid/],
  [
    "a key in the header (jwk)",
    withHeader({ jwk: EdDSA.publicKey.export({ format: "jwk" }) }),
    BY_RSA,
    /no key/,
  ],
  ["an address of a key (jku)", withHeader({ jku: "http://127.0.0.1:1/keys" }), BY_RSA, /no key/],
  ["an address of a certificate (x5u)", withHeader({ x5u: "http://127.0.0.1:1/" }), BY_RSA, /no key/],
  [
    "a path as kid",
    tokenOf(LASTING, { secret: "", header: { kid: "../../../dev/null" } }),
    BY_SECRET,
    /no key/,
  ],
  ["a query as kid", tokenOf(LASTING, { secret: "x", header: { kid: "' OR 1=1 --" } }), BY_SECRET, /no key/],
  ["__proto__ as kid", tokenOf(LASTING, { secret: "x", header: { kid: "__proto__" } }), BY_SECRET, /no key/],
  [
    "an extension that must be understood (crit)",
    tokenOf(LASTING, { header: { crit: ["x"], x: 1 } }),
    BY_SECRET,
    /token_invalid/,
  ],
  [
    "an unencoded payload (b64)",
    tokenOf(LASTING, { header: { crit: ["b64"], b64: false } }),
    BY_SECRET,
    /token_invalid/,
  ],
  ["a past exp", tokenOf({ sub: "ann", exp: NOW_S - 60 }), BY_SECRET, /^token_expired/],
  ["no exp", signedToken('{"sub":"ann"}'), BY_SECRET, /token_invalid.*exp: must be a number/],
  ["a text as exp", tokenOf({ ...LASTING, exp: String(NOW_S + 60) }), BY_SECRET, /token_invalid.*exp/],
  ["null as exp", tokenOf({ ...LASTING, exp: null }), BY_SECRET, /token_invalid.*exp/],
  ["an exp beyond all days", signedToken('{"sub":"ann","exp":1e300}'), BY_SECRET, /token_invalid.*exp/],
  ["an nbf to come", tokenOf({ ...LASTING, nbf: NOW_S + 60 }), BY_SECRET, /token_invalid.*not valid yet/],
  ["no iss", tokenOf({ ...LASTING, aud: "push" }), BY_ISSUER, /token_invalid.*\(iss\)/],
  ["another iss", tokenOf({ ...LASTING, iss: "https://id.example.evil", aud: "push" }), BY_ISSUER, /\(iss\)/],
  ["no aud", tokenOf({ ...LASTING, iss: "https://id.example" }), BY_ISSUER, /token_invalid.*\(aud\)/],
  ["another aud", tokenOf({ ...LASTING, iss: "https://id.example", aud: "push2" }), BY_ISSUER, /\(aud\)/],
  ["a number as sub", tokenOf({ ...LASTING, sub: 42 }), BY_SECRET, /sub: must be a string/],
  ["an empty sub", tokenOf({ ...LASTING, sub: "" }), BY_SECRET, /sub: A user id must not be empty/],
  ["a sub without an inbox", tokenOf({ ...LASTING, sub: "x".repeat(300) }), BY_SECRET, /sub: .*too long/],
  ["a list as payload", signedToken("[]"), BY_SECRET, /token_invalid/],
  [
    "a pattern that is none",
    tokenOf({ ...LASTING, channels: { subscribe: ["a*"] } }),
    BY_SECRET,
    /channels\.subscribe\.0/,
  ],
];

function relabelled(alg: string): string {
  return signedToken(JSON.stringify(LASTING), { key: EdDSA.privateKey, header: { alg } });
}

function withHeader(header: Readonly<Record<string, unknown>>): string {
  return tokenOf(LASTING, { key: EdDSA.privateKey, header: { alg: "RS256", ...header } });
}

describe("a token is refused that has", () => {
  for (const [what, token, verifier, expected] of ATTACKS) {
    test(what, async () => {
      const refusal = await refusalOf(verifier, token);
      assert.match(refusal, expected);
      if (token.length > 20) assert.ok(!refusal.includes(token.slice(0, 20)), "it is not shown");
    });
  }
});
