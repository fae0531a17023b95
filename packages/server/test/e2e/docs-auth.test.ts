import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CLOSE, ERRORS, isErrorCode } from "@tidewire/protocol";
import { findCurl, findOpenssl, findPhp } from "../../../../test/support/programs.ts";
import { readKey } from "../../src/auth/read-key.ts";
import { tokenCommands } from "../../src/cli/token/token-commands.ts";
import { settingsOptions } from "../../src/cli/settings-options.ts";
import { parseConfigFile } from "../../src/config/config-file.ts";
import { codeBlocks, readPage, tableOf } from "../support/markdown.ts";
import { configOf } from "../support/config.ts";
import { NativeClient } from "../support/native-client.ts";
import { run } from "../support/run-program.ts";
import { startTestServer } from "../support/start-test-server.ts";
import { SECRET, tokenOf } from "../support/tokens.ts";

const page = readPage("auth.md");
const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const php = findPhp();
const curl = findCurl();
const openssl = findOpenssl();
const execute = promisify(execFile);

function example(name: string): string {
  const [code] = codeBlocks(page, name);
  assert.ok(code !== undefined, `the page must show ${name}`);
  return code;
}

/** Runs a program as a reader would, with the secret in its environment; gives what it prints. */
async function output(program: string, args: readonly string[], cwd = ROOT): Promise<string> {
  const paths = [dirname(curl.path), dirname(openssl.path), process.env["PATH"]];
  const env = { ...process.env, TIDEWIRE_TOKEN_SECRET: SECRET, PATH: paths.join(delimiter) };
  return (await execute(program, args, { env, cwd })).stdout;
}

const RULES = [{ match: "room.**", subscribe: "token", publish: "token", presence: true }];

/** Everything that the page's examples put into their tokens must hold. */
async function assertIsAnn(t: Parameters<typeof startTestServer>[0], token: string): Promise<void> {
  const server = await startTestServer(t, { settings: { auth: { secrets: [SECRET] }, channels: RULES } });
  const client = await NativeClient.open(t, server, `token=${token}&channels=room.7.chat`);
  assert.equal((await client.connected()).user, "ann");
  const { members } = await client.next("presence");
  assert.deepEqual(members[0]?.info, { name: "Ann" });
  client.send({ type: "publish", id: 1, channel: "room.7.chat", data: 1 });
  await client.answer("published", 1);
  client.send({ type: "publish", id: 2, channel: "room.7.notices", data: 1 });
  assert.equal((await client.answer("error", 2)).code, "permission_denied");
}

describe("docs/auth.md", () => {
  test("the token that PHP makes is accepted", { skip: php.skip }, async (t) => {
    const code = example("php token").replace("<?php", "");
    await assertIsAnn(t, await output(php.path, ["-r", code]));
  });

  for (const [what, name] of [
    ["Node alone", "js token"],
    ["Node and jose", "js jose"],
  ] as const) {
    test(`the token that ${what} makes is accepted`, async (t) => {
      const printed = await output(process.execPath, ["--input-type=module", "-e", example(name)]);
      await assertIsAnn(t, printed.trim());
    });
  }

  test("the token that a shell makes is accepted, and curl shows it", {
    skip: curl.skip || openssl.skip,
  }, async (t) => {
    const server = await startTestServer(t, { settings: { auth: { secrets: [SECRET] }, channels: RULES } });
    const script = example("sh token").replaceAll("127.0.0.1:8080", `127.0.0.1:${server.port}`);
    const answer = await output("sh", ["-c", `${script}\necho\necho $token`]);
    const [json = "", token = ""] = answer.trim().split("\n");
    const { frames } = JSON.parse(json);
    assert.deepEqual([frames[0].type, frames[0].user], ["connected", "ann"]);
    await assertIsAnn(t, token);
  });

  test("the commands that make a pair of keys make one that can be used", {
    skip: openssl.skip,
  }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "tidewire-docs-"));
    t.after(() => rm(folder, { recursive: true }));
    await output("sh", ["-c", example("sh keys")], folder);
    const file = join(folder, "public.pem");
    assert.equal(readKey(file, "public", "k").algorithm, "EdDSA");
    const args = ["token", "create", "--user", "ann", "--key", join(folder, "private.pem")];
    const { status, complaints } = await run(args, { TIDEWIRE_TOKEN_KEY: file });
    assert.deepEqual([status, complaints], [0, []]);
  });

  test("the configurations can be used", () => {
    const blocks = codeBlocks(page, "yaml auth");
    assert.equal(blocks.length, 3);
    for (const block of blocks) {
      const { auth } = configOf(parseConfigFile("auth.md", block).settings);
      for (const key of auth.keys.filter((text) => text.startsWith("{"))) {
        assert.equal(readKey(key, "public", "k").id, "2026-11");
      }
    }
  });

  test("what is refused has the codes that the page tells", () => {
    for (const [codes = "", close] of tableOf(page, "code", "close code", "when", "comes back")) {
      for (const code of codes.replaceAll("`", "").split(", ")) {
        assert.ok(isErrorCode(code), code);
        assert.equal(String(ERRORS[code].closeCode), close, code);
      }
    }
    assert.equal(CLOSE.tokenExpired, 4101);
  });

  test("every flag of token create is listed", () => {
    const unused = (): never => assert.fail("nothing is run");
    const ports = {
      load: unused,
      report: unused,
      terminal: {
        print: unused,
        complain: unused,
        progress: unused,
        isInteractive: false,
        hasColours: false,
      },
    };
    const create = tokenCommands({
      ...ports,
      input: { isInteractive: false, text: unused, chunks: unused },
    }).commands.find((one) => one.name() === "create");
    assert.ok(create !== undefined);
    const common = new Set(settingsOptions().map(({ flags }) => flags));
    const own = create.options.filter(({ flags }) => !common.has(flags));
    assert.deepEqual(
      tableOf(page, "flag", "what it does"),
      own.map(({ flags, description }) => [`\`${flags}\``, description]),
    );
  });

  test("token inspect prints in the form that the page shows", async () => {
    const [shown = ""] = codeBlocks(page, "console").filter((block) => block.includes("token inspect"));
    const token = tokenOf({ sub: "ann" });
    const { printed } = await run(["token", "inspect"], { TIDEWIRE_TOKEN_SECRET: SECRET }, token);
    const shape = (text: string): string => text.replace(/exp .*/, "exp").trim();
    const claimsFirst = (text: string): readonly string[] => text.split("\n").toSorted();
    assert.deepEqual(
      claimsFirst(shape(printed.join("\n"))),
      claimsFirst(shape(shown.split("\n").slice(1).join("\n"))),
    );
  });
});
