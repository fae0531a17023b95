import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findCurl, findPhp } from "../../../../test/support/programs.ts";
import { ChannelGrants } from "../../src/core/channel-grants.ts";
import { ChannelRules } from "../../src/config/channel-rules.ts";
import { parseConfigFile } from "../../src/config/config-file.ts";
import { RULE_SCHEMA } from "../../src/config/rule-schema.ts";
import { factsOf } from "../../src/config/setting.ts";
import type { Actor } from "../../src/policy/actor.ts";
import { mayPublish, maySubscribe } from "../../src/policy/permissions.ts";
import { configOf } from "../support/config.ts";
import { within } from "../support/deadline.ts";
import { codeBlocks, readPage, tableOf } from "../support/markdown.ts";
import { run } from "../support/run-program.ts";
import { startTestServer } from "../support/start-test-server.ts";
import { SECRET } from "../support/tokens.ts";

const page = readPage("rules.md");
const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const php = findPhp();
const curl = findCurl();
const execute = promisify(execFile);

const folder = mkdtempSync(join(tmpdir(), "tidewire-rules-"));
after(() => rmSync(folder, { recursive: true }));

const [RULES = ""] = codeBlocks(page, "yaml rules");
const FILE = join(folder, "tidewire.yaml");
writeFileSync(FILE, RULES);

function example(name: string): string {
  const [code] = codeBlocks(page, name);
  assert.ok(code !== undefined, `the page must show ${name}`);
  return code;
}

const ROOM_7 = { subscribe: ["room.7.**"], publish: ["room.7.**"] };

/** Those in the columns of the page's table, in their order. */
const ACTORS: readonly Actor[] = [
  { kind: "client", user: null, authenticated: false, grants: null },
  { kind: "client", user: "bob", authenticated: true, grants: null },
  { kind: "client", user: "ann", authenticated: true, grants: new ChannelGrants(ROOM_7) },
  { kind: "api" },
];

describe("docs/rules.md", () => {
  test("the rules do what the table says", () => {
    const { settings } = parseConfigFile("rules.md", RULES);
    const rules = new ChannelRules(
      configOf({ ...(settings as object), auth: { secrets: [SECRET] }, demos: false }),
    );
    const rows = tableOf(page, "channel", "without a token", "signed in", "Ann", "the backend");
    assert.ok(rows.length > 5);
    for (const [name = "", ...cells] of rows) {
      const channel = name.replaceAll("`", "");
      const options = rules.resolve(channel);
      const found = ACTORS.map((actor) => {
        const reads = maySubscribe(actor, channel, options, "authenticated") === null;
        const writes = mayPublish(actor, channel, options, "authenticated") === null;
        return [reads && "reads", writes && "writes"].filter(Boolean).join(" and ") || "–";
      });
      assert.deepEqual(found, cells, channel);
    }
  });

  test("every audience is there", () => {
    const listed = tableOf(page, "audience", "who").map(([name = ""]) => name.replaceAll("`", ""));
    const facts = factsOf(RULE_SCHEMA.properties.subscribe);
    assert.equal(`${listed.slice(0, -1).join(", ")} or ${listed.at(-1)}`, facts?.expected);
  });

  test("config explain prints what the page shows", async () => {
    const [shown = ""] = codeBlocks(page, "console");
    const [command = "", ...lines] = shown.trimEnd().split("\n");
    const [, , ...args] = command.replace("tidewire.yaml", FILE).split(" ");
    const { printed } = await run(args, { TIDEWIRE_TOKEN_SECRET: SECRET });
    assert.deepEqual(
      printed.map((line) => line.replace(FILE, "tidewire.yaml")),
      lines,
    );
  });

  test("the private room, step by step", { skip: php.skip || curl.skip }, async (t) => {
    const settings = {
      ...(parseConfigFile("rules.md", RULES).settings as object),
      auth: { secrets: [SECRET] },
    };
    const server = await startTestServer(t, { settings });
    const here = (code: string): string => code.replaceAll("127.0.0.1:8080", `127.0.0.1:${server.port}`);
    const env = { ...process.env, TIDEWIRE_TOKEN_SECRET: SECRET, TIDEWIRE_API_KEY: server.apiKey.key };
    const made = await execute(php.path, ["-r", example("php room").replace("<?php", "")], { env });

    const flags = ["--conditions=tidewire-source", "--import", "tsx", "--input-type=module"];
    const child = spawn(process.execPath, [...flags, "-e", here(example("js room"))], {
      cwd: ROOT,
      env: { ...env, TOKEN: made.stdout },
      stdio: ["ignore", "pipe", "inherit"],
    });
    t.after(() => child.kill("SIGKILL"));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const line = async (): Promise<unknown> => (await within(lines.next(), "a line of the page")).value;
    assert.equal(await line(), "ann says hello, room");
    assert.equal(await line(), "permission_denied");
    const path = [dirname(curl.path), process.env["PATH"]].join(delimiter);
    await execute("sh", ["-c", here(example("sh room"))], { env: { ...env, PATH: path } });
    assert.equal(await line(), "the backend says Welcome to room 7.");
    assert.equal((await lines.next()).done, true, "and then it ends");
  });
});
