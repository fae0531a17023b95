import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { findCurl, findPhp } from "../../../../test/support/programs.ts";
import { parseConfigFile } from "../../src/config/config-file.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { codeBlocks, readPage } from "../support/markdown.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer } from "../support/start-test-server.ts";

const page = readPage("kicking.md");
const php = findPhp();
const curl = findCurl();

/** Runs the page's example in a language against a server where Ann is; gives what it printed. */
async function run(t: TestContext, language: string, file: string, program: string): Promise<string> {
  const server = await startTestServer(t);
  const ann = await NativeClient.open(t, server, "user=ann");
  await ann.connected();
  const folder = await mkdtemp(join(tmpdir(), "tidewire-kicking-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [code = ""] = codeBlocks(page, language);
  const path = join(folder, file);
  await writeFile(path, code);
  const env = { PATH: process.env["PATH"], TIDEWIRE_URL: server.url, TIDEWIRE_API_KEY: server.apiKey.key };
  const { stdout, stderr } = await promisify(execFile)(program, [path], { env });
  assert.equal(stderr, "");
  assert.deepEqual(await ann.closed, { code: 4400, reason: "please sign in again" });
  const back = await NativeClient.open(t, server, "user=ann");
  await back.connected();
  return stdout;
}

describe("docs/kicking.md", () => {
  test("its commands kick, ban, show the ban and lift it", {
    skip: curl.skip || process.platform === "win32",
  }, async (t) => {
    const printed = await run(t, "sh", "kick.sh", "/bin/sh");
    assert.match(printed, /"connections":1.*"until":\d+.*"ban":\{"reason":"spam".*"lifted":true/s);
  });

  test("its PHP kicks, bans and lifts the ban", { skip: php.skip }, async (t) => {
    const answers = (await run(t, "php", "kick.php", php.path)).trim().split("\n");
    assert.deepEqual(
      answers.map((line) => JSON.parse(line)),
      [
        { ok: true, user: "ann", connections: 1 },
        { ok: true, user: "ann", connections: 0 },
        { ok: true, user: "ann", lifted: true },
      ],
    );
  });

  test("its JavaScript kicks, bans and lifts the ban", async (t) => {
    const answers = (await run(t, "js", "kick.mjs", process.execPath)).trim().split("\n");
    const [kicked, banned, lifted] = answers.map((line) => JSON.parse(line));
    assert.deepEqual([kicked.connections, typeof banned.until, lifted.lifted], [1, "number", true]);
  });

  test("its configuration is one", () => {
    const [example = ""] = codeBlocks(page, "yaml sessions");
    const { values } = resolveConfig({ file: parseConfigFile("example.yaml", example) });
    assert.equal(values.sessions.maxPerUser, 1);
  });
});
