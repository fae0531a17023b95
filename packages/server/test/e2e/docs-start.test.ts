import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { describe, test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { findCurl, findPhp } from "../../../../test/support/programs.ts";
import { parseConfigFile } from "../../src/config/config-file.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { within } from "../support/deadline.ts";
import { codeBlocks, readPage } from "../support/markdown.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const curl = findCurl();
const php = findPhp();

function exampleOf(server: TestServer, page: string, name: string): string {
  const [code] = codeBlocks(readPage(page), name);
  assert.ok(code !== undefined, `${page} must show ${name}`);
  return code.replaceAll("127.0.0.1:8080", `127.0.0.1:${server.port}`);
}

function environment(server: TestServer): NodeJS.ProcessEnv {
  const PATH = [dirname(curl.path), process.env["PATH"]].join(delimiter);
  return { ...process.env, PATH, TIDEWIRE_API_KEY: server.apiKey.key };
}

/** Runs a page's example in a language; gives what it printed. */
async function run(t: TestContext, server: TestServer, page: string, name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tidewire-docs-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const language = name.split(" ")[0] ?? "";
  const file = join(folder, language === "js" ? "example.mjs" : `example.${language}`);
  await writeFile(file, exampleOf(server, page, name));
  const programs: Readonly<Record<string, string>> = { sh: "sh", php: php.path, js: process.execPath };
  const env = environment(server);
  return (await promisify(execFile)(programs[language] ?? "", [file], { env, cwd: folder })).stdout;
}

describe("docs/start.md", () => {
  for (const [name, skip, text] of [
    ["sh push", curl.skip, "hello from curl"],
    ["php push", php.skip, "hello from PHP"],
    ["js push", false, "hello from Node"],
  ] as const) {
    test(`its ${name} reaches who listens`, { skip }, async (t) => {
      const server = await startTestServer(t);
      const client = await NativeClient.open(t, server, "channels=news");
      await client.next("subscribed");
      assert.match(await run(t, server, "start.md", name), /"offset":1.*"subscribers":1/);
      assert.deepEqual((await client.next("message")).data, { text });
    });
  }

  test("its listener in a terminal hears what was pushed before", { skip: curl.skip }, async (t) => {
    const server = await startTestServer(t);
    await server.push("news", { text: "early" });
    const child = spawn("sh", ["-c", `exec ${exampleOf(server, "start.md", "sh listen")}`], {
      env: environment(server),
      stdio: ["ignore", "pipe", "ignore"],
    });
    t.after(() => child.kill("SIGKILL"));
    const heard = (async () => {
      for await (const line of createInterface({ input: child.stdout })) {
        if (line.includes('"text":"early"')) return true;
      }
      return false;
    })();
    assert.ok(await within(heard, "the message"));
  });

  test("its key is that of the file", async (t) => {
    const server = await startTestServer(t);
    const folder = await mkdtemp(join(tmpdir(), "tidewire-key-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, "data"));
    await writeFile(join(folder, "data", "api-key"), "the-key\n");
    const script = `${exampleOf(server, "start.md", "sh key")}printf %s "$TIDEWIRE_API_KEY"`;
    const { stdout } = await promisify(execFile)("sh", ["-c", script], { cwd: folder });
    assert.equal(stdout, "the-key");
  });
});

describe("docs/migrating-from-php.md", () => {
  test("its PHP pushes to a room, to people and to all, and sends one away", {
    skip: php.skip,
  }, async (t) => {
    const server = await startTestServer(t);
    const ann = await NativeClient.open(t, server, "user=ann&channels=room.7");
    await ann.next("subscribed");
    assert.equal(await run(t, server, "migrating-from-php.md", "php after"), "done\n");
    assert.deepEqual(await ann.closed, { code: 4400, reason: "signed in elsewhere" });
    const inbox = await server.api("GET", "/api/channels/@ann");
    assert.equal(inbox.body["offset"], 2);
    const room = await server.api("GET", "/api/channels/room.7");
    assert.equal(room.body["offset"], 1);
  });
});

describe("docs/migrating-from-polling.md", () => {
  test("its push lands in the inbox, and its position can be read", { skip: curl.skip }, async (t) => {
    const server = await startTestServer(t);
    assert.match(
      await run(t, server, "migrating-from-polling.md", "sh push"),
      /"channel":"@ann".*"offset":1/,
    );
    assert.match(await run(t, server, "migrating-from-polling.md", "sh position"), /"epoch":.*"offset":0/);
  });
});

describe("docs/tuning.md", () => {
  test("its rules can be used", () => {
    const [example = ""] = codeBlocks(readPage("tuning.md"), "yaml");
    const { values, warnings } = resolveConfig({ file: parseConfigFile("example.yaml", example) });
    assert.deepEqual([values.channels.length, warnings], [3, []]);
  });
});
