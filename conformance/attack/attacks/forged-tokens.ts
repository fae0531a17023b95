import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { PAIRS, pemOf, SECRET, signedToken, tokenOf } from "../../../packages/server/test/support/tokens.ts";
import { NativeClient } from "../../../packages/server/test/support/native-client.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";
import { ENTRANCES } from "../support/entrances.ts";
import { KEY_ID } from "../targets.ts";

/** Whom the attacker wants to be. */
const VICTIM = "ada";

interface Forgery {
  readonly what: string;
  readonly token: string;
}

/** Every forgery at every entrance, and in `refresh`: nobody may become the victim by it. */
async function tryForgeries(arena: Arena, forgeries: readonly Forgery[]): Promise<void> {
  for (const { token } of forgeries) if (token.length > 20) arena.secrets.add(token);
  for (const [entrance, enter] of ENTRANCES) {
    for (const { what, token } of forgeries) {
      const { user, refusal } = await enter(arena, token);
      arena.count(refusal ?? `let in as ${user ?? "nobody"}`);
      arena.expect(user !== VICTIM, `${what} was believed at ${entrance}`);
      arena.expect(refusal !== null, `${what} was let in at ${entrance}`);
    }
  }
  const mallory = await NativeClient.open(arena, arena, `token=${tokenOf({ sub: "mallory" })}`);
  await mallory.connected();
  for (const { what, token } of forgeries) {
    mallory.send({ type: "refresh", id: 1, token });
    const answer = await mallory.until((push) => "id" in push && push.id === 1, "an answer to refresh");
    arena.count(answer.type === "error" ? answer.code : answer.type);
    arena.expect(answer.type === "error", `${what} refreshed a session`);
    if (mallory.isClosed) break;
  }
  mallory.socket.terminate();
}

/** Tokens that nobody issued. */
export const forgedTokens: Attack = {
  name: "forged tokens",
  target: "authenticated",
  tried:
    "signatures that are missing, cut, of other keys, of zeros, in DER; changed payloads under a true signature; `alg: none` in every spelling; other algorithms, JWE, unencoded payloads, unknown `crit`; by URL, header, `connect`, `refresh`, `/events` and `/poll`",
  defence:
    "`token_invalid`: the key decides the algorithm, and nothing of a token counts before its signature does",
  async run(arena) {
    await tryForgeries(arena, [...unsigned(), ...tampered(), ...wronglySigned(), ...shapes()]);
    return arena.outcomes();
  },
};

/** Keys that are not what they seem. */
export const keyConfusion: Attack = {
  name: "key confusion",
  target: "authenticated",
  tried:
    "HS256 with each public key as the secret (PEM, DER, JWK, with and without its last line end), with empty and null secrets; `jwk`, `jku`, `x5u` and `x5c` of the attacker's in the header; `kid` as a path, an injection and a key of another kind",
  defence:
    "keys come from the configuration alone, each with its one algorithm; nothing is fetched that a token names",
  async run(arena) {
    let fetched = 0;
    const listener = createServer((_request, response) => {
      fetched += 1;
      response.end("{}");
    });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    arena.after(() => listener.close());
    const address = listener.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    await tryForgeries(arena, [
      ...confusedKeys(),
      ...embeddedKeys(`http://127.0.0.1:${port}/keys`),
      ...keyIds(),
    ]);
    arena.expect(fetched === 0, `the server fetched ${fetched} times what a token named`);
    return `${arena.outcomes()}; nothing was fetched`;
  },
};

/** Claims that are not what they should be, under true signatures. */
export const impossibleClaims: Attack = {
  name: "expired and impossible claims",
  target: "authenticated",
  tried:
    "truly signed tokens that are expired, not yet valid, without an end, with an end that is no number or infinite; users that are empty, numbers, lists, half surrogates, too long; broken patterns and prototypes as claims",
  defence: "`token_expired` or `token_invalid`; what is not understood completely is not believed at all",
  async run(arena) {
    const now = Math.floor(Date.now() / 1000);
    const claims: readonly (readonly [string, string])[] = [
      ["an end in the past", `{"sub":"${VICTIM}","exp":${now - 1}}`],
      ["an end long ago", `{"sub":"${VICTIM}","exp":0}`],
      ["a negative end", `{"sub":"${VICTIM}","exp":-1}`],
      ["no end", `{"sub":"${VICTIM}"}`],
      ["an end of text", `{"sub":"${VICTIM}","exp":"${now + 3600}"}`],
      ["an infinite end", `{"sub":"${VICTIM}","exp":1e999}`],
      ["an end beyond all dates", `{"sub":"${VICTIM}","exp":1e15}`],
      ["an end of null", `{"sub":"${VICTIM}","exp":null}`],
      ["a later begin", `{"sub":"${VICTIM}","exp":${now + 3600},"nbf":${now + 600}}`],
      ["a user that is a list", `{"sub":["${VICTIM}"],"exp":${now + 3600}}`],
      ["a user that is an object", `{"sub":{"toString":"${VICTIM}"},"exp":${now + 3600}}`],
      ["an empty user", `{"sub":"","exp":${now + 3600}}`],
      ["half a surrogate", `{"sub":"\\ud800","exp":${now + 3600}}`],
      ["a long user", `{"sub":"${"a".repeat(500)}","exp":${now + 3600}}`],
      ["a user of the prototype", `{"__proto__":{"sub":"${VICTIM}"},"exp":"x"}`],
      ["a pattern that is none", `{"sub":"${VICTIM}","exp":${now + 3600},"channels":{"subscribe":["a..b"]}}`],
      ["patterns that are no list", `{"sub":"${VICTIM}","exp":${now + 3600},"channels":{"subscribe":"**"}}`],
      ["a payload that is a list", `["${VICTIM}"]`],
      ["a payload that is text", `"${VICTIM}"`],
      ["a payload that is no JSON", `{"sub":"${VICTIM}"`],
      ["no payload", ""],
    ];
    await tryForgeries(
      arena,
      claims.map(([what, payload]) => ({ what, token: signedToken(payload) })),
    );
    return arena.outcomes();
  },
};

function unsigned(): readonly Forgery[] {
  const algorithms = [
    "none",
    "None",
    "NONE",
    "nOnE",
    " none",
    "none\u0000",
    "",
    null,
    undefined,
    ["none"],
    {},
    0,
  ];
  const [, payload = ""] = tokenOf({ sub: VICTIM }).split(".");
  return algorithms.flatMap((alg) => {
    const head = part({ alg, typ: "JWT" });
    const signed = tokenOf({ sub: VICTIM }, { header: { alg } });
    const what = `alg ${JSON.stringify(alg)}`;
    return [
      { what: `${what} without a signature`, token: `${head}.${payload}.` },
      { what: `${what} without its part`, token: `${head}.${payload}` },
      { what: `${what} with a signature`, token: signed },
    ];
  });
}

function tampered(): readonly Forgery[] {
  const [head = "", payload = "", signature = ""] = tokenOf({ sub: "mallory" }).split(".");
  const [, wanted = ""] = tokenOf({ sub: VICTIM }).split(".");
  return [
    { what: "another payload", token: `${head}.${wanted}.${signature}` },
    { what: "no signature", token: `${head}.${wanted}.` },
    { what: "half a signature", token: `${head}.${payload}.${signature.slice(0, 20)}` },
    { what: "a signature of zeros", token: `${head}.${wanted}.${Buffer.alloc(32).toString("base64url")}` },
    { what: "two payloads", token: `${head}.${payload}.${wanted}.${signature}` },
    { what: "a payload with a dot", token: `${head}.${payload}.${signature}.${wanted}` },
    { what: "spaces", token: `${head}. ${wanted}.${signature}` },
    { what: "the payload twice", token: `${head}.${payload}${wanted}.${signature}` },
  ];
}

function wronglySigned(): readonly Forgery[] {
  const now = Math.floor(Date.now() / 1000);
  const payload = JSON.stringify({ sub: VICTIM, exp: now + 3600 });
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const ed = generateKeyPairSync("ed25519").privateKey;
  const es256 = `${part({ alg: "ES256" })}.${Buffer.from(payload).toString("base64url")}`;
  const withSignature = (bytes: Uint8Array): string => `${es256}.${Buffer.from(bytes).toString("base64url")}`;
  return [
    {
      what: "another secret",
      token: signedToken(payload, { secret: "another secret of 32 characters or more" }),
    },
    { what: "another RSA key", token: signedToken(payload, { key: rsa }) },
    { what: "another EC key", token: signedToken(payload, { key: ec }) },
    { what: "another Ed25519 key", token: signedToken(payload, { key: ed }) },
    {
      what: "another Ed25519 key under the known kid",
      token: signedToken(payload, { key: ed, header: { kid: KEY_ID } }),
    },
    { what: "r and s of zero", token: withSignature(Buffer.alloc(64)) },
    { what: "r and s of the order", token: withSignature(Buffer.concat([ORDER, ORDER])) },
    {
      what: "a signature in DER",
      token: withSignature(sign("sha256", Buffer.from(es256), PAIRS.ES256.privateKey)),
    },
    ...["RS256", "ES256", "EdDSA", "HS384", "HS512", "RS512", "PS256", "ES384", "ES256K"].map((alg) => ({
      what: `the secret's signature called ${alg}`,
      token: signedToken(payload, { header: { alg } }),
    })),
    ...["HS256", "ES256", "EdDSA", "PS256", "RS384"].map((alg) => ({
      what: `an RSA signature called ${alg}`,
      token: signedToken(payload, { key: PAIRS.RS256.privateKey, header: { alg } }),
    })),
  ];
}

/** The order of P-256: zero, as a number of its field. */
const ORDER = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");

function shapes(): readonly Forgery[] {
  return [
    { what: "an unknown crit", token: tokenOf({ sub: VICTIM }, { header: { crit: ["exp2"], exp2: 1 } }) },
    {
      what: "an unencoded payload",
      token: tokenOf({ sub: VICTIM }, { header: { b64: false, crit: ["b64"] } }),
    },
    { what: "a JWE", token: `${part({ alg: "dir", enc: "A128GCM" })}..AAAA.AAAA.AAAA` },
    { what: "JSON", token: JSON.stringify({ payload: "", protected: "", signature: "" }) },
    { what: "a null byte", token: `${tokenOf({ sub: VICTIM })}\u0000` },
    { what: "two tokens", token: `${tokenOf({ sub: VICTIM })},${tokenOf({ sub: VICTIM })}` },
    { what: "dots", token: ".." },
    { what: "very long", token: `${"a".repeat(5000)}.${"a".repeat(5000)}.${"a".repeat(5000)}` },
    { what: "noise", token: randomBytes(300).toString("base64url") },
  ];
}

function confusedKeys(): readonly Forgery[] {
  const publicKeys: readonly KeyObject[] = [
    PAIRS.RS256.publicKey,
    PAIRS.ES256.publicKey,
    PAIRS.EdDSA.publicKey,
  ];
  const ofKeys = publicKeys.flatMap((key): readonly (readonly [string, string | Buffer])[] => [
    ["PEM", pemOf(key)],
    ["PEM without its last line end", pemOf(key).trimEnd()],
    ["PEM with CRLF", pemOf(key).replaceAll("\n", "\r\n")],
    ["DER", key.export({ type: "spki", format: "der" })],
    ["JWK", JSON.stringify(key.export({ format: "jwk" }))],
    ["JWK's x or n", String(key.export({ format: "jwk" }).x ?? key.export({ format: "jwk" }).n)],
  ]);
  const weak: readonly (readonly [string, string | Buffer])[] = [
    ["an empty secret", ""],
    ["null bytes", Buffer.alloc(32)],
    ["secret", "secret"],
    ["undefined", "undefined"],
    ["the secret in base64", Buffer.from(SECRET).toString("base64")],
  ];
  const payload = JSON.stringify({ sub: VICTIM, exp: Math.floor(Date.now() / 1000) + 3600 });
  const body = Buffer.from(payload).toString("base64url");
  return [...ofKeys, ...weak].flatMap(([what, secret]) =>
    [undefined, KEY_ID].map((kid) => {
      const signed = `${part({ alg: "HS256", typ: "JWT", kid })}.${body}`;
      const signature = createHmac("sha256", secret).update(signed).digest("base64url");
      return { what: `${what} as the secret`, token: `${signed}.${signature}` };
    }),
  );
}

function embeddedKeys(url: string): readonly Forgery[] {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "mine", alg: "RS256", use: "sig" };
  const der = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  const headers: readonly Readonly<Record<string, unknown>>[] = [
    { jwk },
    { jwk, kid: "mine" },
    { jku: url, kid: "mine" },
    { x5u: url },
    { x5c: [der] },
    { iss: url, jku: url, crit: ["jku"] },
  ];
  return headers.map((header) => ({
    what: `a key in the header (${Object.keys(header).join(", ")})`,
    token: tokenOf({ sub: VICTIM, iss: url }, { key: privateKey, header }),
  }));
}

function keyIds(): readonly Forgery[] {
  const ids = [
    "../../../../dev/null",
    "/dev/null",
    "' UNION SELECT ''",
    "__proto__",
    "",
    "0",
    `${KEY_ID}\u0000`,
  ];
  const others = [null, 0, [KEY_ID], { toString: KEY_ID }];
  return [...ids, ...others, KEY_ID].map((kid) => ({
    what: `kid ${JSON.stringify(kid)}`,
    token: tokenOf({ sub: VICTIM }, { header: { kid }, secret: "" }),
  }));
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
