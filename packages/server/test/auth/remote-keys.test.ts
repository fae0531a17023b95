import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { KeyObject } from "node:crypto";
import { describe, test, type TestContext } from "node:test";
import { RemoteKeys } from "../../src/auth/remote-keys.ts";
import { TokenVerifier } from "../../src/auth/token-verifier.ts";
import { configOf } from "../support/config.ts";
import { eventually } from "../support/deadline.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { RecordingLogger } from "../support/recording-logger.ts";
import { PAIRS, SECRET, tokenOf } from "../support/tokens.ts";

const { RS256, ES256 } = PAIRS;

/** An identity provider: a web server that publishes keys, and a verifier that asks it. */
interface Provider {
  readonly verifier: TokenVerifier;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  /** How often it was asked. */
  asked: number;
  /** What it answers; replaceable. */
  answer: (response: ServerResponse) => void;
}

function jwkOf(key: KeyObject, more: Readonly<Record<string, unknown>>): object {
  return { ...key.export({ format: "jwk" }), ...more };
}

function keySet(...keys: readonly unknown[]): (response: ServerResponse) => void {
  return (response) => response.end(JSON.stringify({ keys }));
}

async function startProvider(t: TestContext, answer: Provider["answer"]): Promise<Provider> {
  const clock = new FakeClock(0);
  const logger = new RecordingLogger();
  const server = createServer((_request, response) => {
    provider.asked += 1;
    provider.answer(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const url = `http://127.0.0.1:${address.port}/keys`;
  const options = { url, cacheMs: 600_000, cooldownMs: 30_000, timeoutMs: 2000 };
  const remoteKeys = new RemoteKeys(options, { clock, logger, fetch });
  const { auth } = configOf({
    auth: { issuer: "https://id.example", audience: "push", jwks: { url } },
  });
  const wall = new FakeClock(Date.now());
  const verifier = new TokenVerifier({ ...auth, keys: [], remoteKeys, clock: wall });
  const provider: Provider = { verifier, clock, logger, asked: 0, answer };
  return provider;
}

/** What becomes of a token that is signed with this key under this name: its user, or the code of the refusal. */
async function outcome({ verifier }: Provider, key: KeyObject, kid?: string): Promise<string | null> {
  const claims = { sub: "ann", iss: "https://id.example", aud: "push" };
  const header = kid === undefined ? {} : { kid };
  const result = await verifier.verify(tokenOf(claims, { key, header }));
  return "code" in result ? result.code : result.user;
}

const FIRST = jwkOf(RS256.publicKey, { kid: "first", use: "sig", alg: "RS256" });
const SECOND = jwkOf(ES256.publicKey, { kid: "second" });

describe("published keys", () => {
  test("are fetched once for many tokens that come together", async (t) => {
    const provider = await startProvider(t, keySet(FIRST));
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => outcome(provider, RS256.privateKey, "first")),
    );
    assert.deepEqual(new Set(outcomes), new Set(["ann"]));
    assert.equal(provider.asked, 1);
  });

  test("that are new are found at once, since an unknown kid asks again", async (t) => {
    const provider = await startProvider(t, keySet(FIRST));
    assert.equal(await outcome(provider, RS256.privateKey, "first"), "ann");
    provider.answer = keySet(FIRST, SECOND);
    provider.clock.advance(30_000);
    assert.equal(await outcome(provider, ES256.privateKey, "second"), "ann");
    assert.equal(provider.asked, 2);
  });

  test("are not asked for more often than the cooldown, however many tokens name an unknown one", async (t) => {
    const provider = await startProvider(t, keySet(FIRST));
    assert.equal(await outcome(provider, ES256.privateKey, "x"), "token_invalid", "it was just fetched");
    for (let index = 0; index < 50; index += 1) {
      assert.equal(await outcome(provider, ES256.privateKey, `x${index}`), "keys_unavailable");
    }
    assert.equal(provider.asked, 1);
    assert.equal(await outcome(provider, RS256.privateKey, "first"), "ann", "who is known gets in meanwhile");
    provider.clock.advance(30_000);
    assert.equal(await outcome(provider, ES256.privateKey, "x"), "token_invalid");
    assert.equal(provider.asked, 2);
  });

  test("go on counting while their provider is away, and a new one is told to come back", async (t) => {
    const provider = await startProvider(t, keySet(FIRST));
    assert.equal(await outcome(provider, RS256.privateKey, "first"), "ann");
    provider.answer = (response) => response.writeHead(500).end();
    provider.clock.advance(3_600_000);
    assert.equal(await outcome(provider, RS256.privateKey, "first"), "ann");
    assert.equal(await outcome(provider, ES256.privateKey, "second"), "keys_unavailable");
    await eventually("the line in the log", () => provider.logger.of("tokens.keys_unavailable").length > 0);
    const [line] = provider.logger.of("tokens.keys_unavailable");
    assert.ok(line !== undefined && "known" in line.fields && line.fields.known === 1);
    provider.answer = keySet(SECOND);
    provider.clock.advance(5000);
    assert.equal(await outcome(provider, ES256.privateKey, "second"), "ann", "a failure is retried sooner");
    assert.equal(await outcome(provider, RS256.privateKey, "first"), "keys_unavailable", "it was withdrawn");
    provider.clock.advance(30_000);
    assert.equal(await outcome(provider, RS256.privateKey, "first"), "token_invalid");
  });

  test("that are old are used once more while they are fetched again", async (t) => {
    const provider = await startProvider(t, keySet(FIRST));
    assert.equal(await outcome(provider, RS256.privateKey, "first"), "ann");
    provider.clock.advance(600_000);
    assert.equal(await outcome(provider, RS256.privateKey, "first"), "ann");
    await eventually("the second fetch", () => provider.logger.of("tokens.keys_fetched").length === 2);
  });

  const useless: readonly (readonly [string, Provider["answer"]])[] = [
    ["an error", (response) => response.writeHead(404).end("no")],
    ["a redirect", (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
    ["what is no JSON", (response) => response.end("<html>")],
    ["what is no set", (response) => response.end('{"keys":{}}')],
    ["a set without a usable key", keySet({ kty: "RSA" }, null, 5, { kty: "EC", crv: "secp256k1" })],
    ["far too much", (response) => response.end(`{"keys":[${" ".repeat(2_000_000)}]}`)],
    [
      "half an answer",
      (response) => response.writeHead(200, { "content-length": "100" }).write("{") && response.destroy(),
    ],
  ];
  for (const [what, answer] of useless) {
    test(`a provider that answers with ${what} keeps nobody waiting, and the log says so`, async (t) => {
      const provider = await startProvider(t, answer);
      assert.equal(await outcome(provider, RS256.privateKey, "first"), "keys_unavailable");
      assert.equal(provider.logger.of("tokens.keys_unavailable").length, 1);
    });
  }

  test("are never secrets, nor keys for other purposes or other algorithms", async (t) => {
    const secret = { kty: "oct", kid: "s", k: Buffer.from(SECRET).toString("base64url") };
    const encryption = jwkOf(ES256.publicKey, { kid: "e", use: "enc" });
    const other = jwkOf(RS256.publicKey, { kid: "o", alg: "RS512" });
    const provider = await startProvider(t, keySet(secret, encryption, other, FIRST));
    const claims = { sub: "ann", iss: "https://id.example", aud: "push" };
    const bySecret = await provider.verifier.verify(tokenOf(claims, { header: { kid: "s" } }));
    assert.ok("code" in bySecret && bySecret.code === "token_invalid");
    assert.equal(provider.asked, 0, "it does not even ask");
    assert.equal(await outcome(provider, ES256.privateKey, "e"), "token_invalid");
    assert.equal(await outcome(provider, RS256.privateKey, "o"), "keys_unavailable");
    assert.equal(await outcome(provider, RS256.privateKey, "first"), "ann");
  });
});
