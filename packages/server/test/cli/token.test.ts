import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { TokenVerifier } from "../../src/auth/token-verifier.ts";
import { configuredKeys } from "../../src/auth/identify.ts";
import { systemClock } from "../../src/base/system-clock.ts";
import type { Identity } from "../../src/core/identity.ts";
import { configOf } from "../support/config.ts";
import { run } from "../support/run-program.ts";
import { inSeconds, PAIRS, pemOf, SECRET, tokenOf } from "../support/tokens.ts";

const folder = mkdtempSync(join(tmpdir(), "tidewire-token-"));
after(() => rmSync(folder, { recursive: true }));

const BY_SECRET = { TIDEWIRE_TOKEN_SECRET: SECRET };
const BY_KEY = { TIDEWIRE_TOKEN_KEY: pemOf(PAIRS.ES256.publicKey) };

const PRIVATE_FILE = join(folder, "private.pem");
writeFileSync(PRIVATE_FILE, PAIRS.ES256.privateKey.export({ type: "pkcs8", format: "pem" }));

/** Who a server with these settings takes the holder of a token for. */
async function identityOf(token: string, auth: Readonly<Record<string, unknown>>): Promise<Identity> {
  const config = configOf({ auth }).auth;
  const verifier = new TokenVerifier({
    ...config,
    keys: configuredKeys(config),
    remoteKeys: null,
    clock: systemClock,
  });
  const identity = await verifier.verify(token);
  assert.ok(!("code" in identity), JSON.stringify(identity));
  return identity;
}

describe("tidewire token create", () => {
  it("prints a token that says what was asked for, and nothing else", async () => {
    const flags = ["--user", "ann", "--expires", "10m", "--device", "phone", "--session", "s1"];
    const grants = ["--subscribe", "a.*,b", "--subscribe", "c", "--publish", "d"];
    const info = ["--info", '{"name":"Ann"}'];
    const made = await run(["token", "create", ...flags, ...grants, ...info], BY_SECRET);
    assert.deepEqual([made.status, made.complaints, made.printed.length], [0, [], 1]);
    const identity = await identityOf(made.printed[0] ?? "", { secrets: [SECRET] });
    assert.deepEqual(
      [identity.user, identity.device, identity.signIn, identity.infoJson],
      ["ann", "phone", "s1", '{"name":"Ann"}'],
    );
    const { grants: granted, expiresAtMs, issuedAtMs } = identity;
    assert.ok(granted !== null && expiresAtMs !== null && issuedAtMs !== null);
    assert.deepEqual(
      ["a.x", "b", "c", "d"].map((channel) => [granted.maySubscribe(channel), granted.mayPublish(channel)]),
      [
        [true, false],
        [true, false],
        [true, false],
        [false, true],
      ],
    );
    assert.equal(expiresAtMs - issuedAtMs, 600_000);
  });

  it("takes issuer and audience from the configuration", async () => {
    const env = { ...BY_SECRET, TIDEWIRE_TOKEN_ISSUER: "me", TIDEWIRE_TOKEN_AUDIENCE: "push" };
    const { printed } = await run(["token", "create", "--user", "ann"], env);
    const auth = { secrets: [SECRET], issuer: "me", audience: "push" };
    assert.equal((await identityOf(printed[0] ?? "", auth)).user, "ann");
  });

  it("signs with a private key where the server has the public one", async () => {
    const args = ["token", "create", "--user", "ann", "--key", PRIVATE_FILE];
    const { printed, complaints } = await run(args, BY_KEY);
    assert.deepEqual(complaints, []);
    const auth = { keys: [BY_KEY.TIDEWIRE_TOKEN_KEY] };
    assert.equal((await identityOf(printed[0] ?? "", auth)).user, "ann");
  });

  it("says when the server would refuse what it made", async () => {
    const { printed, complaints, status } = await run(["token", "create", "--key", PRIVATE_FILE], BY_SECRET);
    assert.deepEqual([printed.length, status], [1, 0]);
    assert.match(complaints.join(), /refuses it \(token_invalid\).*no key/);
    const open = await run(["token", "create", "--key", PRIVATE_FILE]);
    assert.match(open.complaints.join(), /open mode and looks at no token/);
  });

  const wrong: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>, RegExp])[] = [
    ["nothing to sign with", [], {}, /nothing to sign with.*--key, or configure a secret/],
    ["public keys alone", [], BY_KEY, /nothing to sign with/],
    ["a public key to sign with", ["--key", BY_KEY.TIDEWIRE_TOKEN_KEY], {}, /signed with the private one/],
    ["a file that is not there", ["--key", "/nowhere"], {}, /--key cannot be read/],
    ["a time that is none", ["--expires", "soon"], BY_SECRET, /--expires must be a duration/],
    ["no time at all", ["--expires", "0s"], BY_SECRET, /--expires must be a duration/],
    ["info that is no JSON", ["--info", "Ann"], BY_SECRET, /--info must be JSON/],
    ["a pattern that is none", ["--publish", "a*"], BY_SECRET, /channels\.publish\.0/],
    ["a user without an inbox", ["--user", ""], BY_SECRET, /sub: A user id must not be empty/],
  ];
  for (const [what, args, env, expected] of wrong) {
    it(`makes nothing from ${what}, and shows no key`, async () => {
      const { printed, complaints, status } = await run(["token", "create", ...args], env);
      assert.deepEqual([printed, status], [[], 1]);
      assert.match(complaints.join("\n"), expected);
      assert.ok(!complaints.join("\n").includes(SECRET) && !complaints.join("\n").includes("BEGIN"));
      assert.ok(!complaints.join("\n").includes("    at "), "it is no bug");
    });
  }
});

describe("tidewire token inspect", () => {
  it("prints what a token says, its times in words, and that it is accepted", async () => {
    const token = tokenOf({ sub: "ann", exp: inSeconds(3600), iat: inSeconds(-60) });
    const { printed, status, complaints } = await run(["token", "inspect", token], BY_SECRET);
    assert.deepEqual([status, complaints], [0, []]);
    const text = printed.join("\n");
    assert.match(text, /alg +"HS256"/);
    assert.match(text, /sub +"ann"/);
    assert.match(text, /exp +\d+ +\(20\d\d-.*, in 3[56]\d\d s\)/);
    assert.match(text, /iat .* s ago\)/);
    assert.equal(printed.at(-1), "A server with this configuration accepts it.");
    assert.ok(!text.includes(token.split(".")[2] ?? token), "the signature is not shown");
  });

  it("reads the token from standard input, so that no history of a shell keeps it", async () => {
    const { status } = await run(["token", "inspect"], BY_SECRET, `${tokenOf({ sub: "ann" })}\n`);
    assert.equal(status, 0);
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["an old one", tokenOf({ sub: "ann", exp: inSeconds(-60) }), /refuses it \(token_expired\)/],
    [
      "one of another secret",
      tokenOf({ sub: "ann" }, { secret: `${SECRET}!` }),
      /no key that this server knows/,
    ],
    ["one whose sub is a number", tokenOf({ sub: 5 }), /sub: must be a string/],
    ["what is no token", "abc", /three parts of base64url/],
  ];
  for (const [what, token, expected] of refused) {
    it(`says in words what is wrong with ${what}, and ends with 1`, async () => {
      const { complaints, status } = await run(["token", "inspect", token], BY_SECRET);
      assert.equal(status, 1);
      assert.match(complaints.join("\n"), expected);
    });
  }

  it("says that open mode looks at none", async () => {
    const { complaints, status } = await run(["token", "inspect", tokenOf({ sub: "ann" })]);
    assert.equal(status, 1);
    assert.match(complaints.join(), /open mode and looks at no token/);
  });

  it("prints what a token says so that a terminal does not obey it", async () => {
    const { printed } = await run(["token", "inspect", tokenOf({ sub: "\u001b[2J" })], BY_SECRET);
    assert.ok(!printed.join("\n").includes("\u001b"));
  });
});
