import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { describe, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ENDPOINT_SCHEMA } from "../../src/config/backend-schema.ts";
import { parseConfigFile } from "../../src/config/config-file.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { factsOf } from "../../src/config/setting.ts";
import { WEBHOOK_EVENTS } from "../../src/config/webhook-events.ts";
import { findPhp } from "../../../../test/support/programs.ts";
import { SECRET } from "../support/backend-server.ts";
import { freePort } from "../support/free-port.ts";
import { eventually, within } from "../support/deadline.ts";
import { codeBlocks, readPage, tableOf } from "../support/markdown.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer } from "../support/start-test-server.ts";

const page = readPage("hooks.md");
const php = findPhp();
const PHP_BACKEND = fileURLToPath(new URL("../../../../examples/php/backend.php", import.meta.url));
const NODE_BACKEND = fileURLToPath(new URL("../../../../examples/node/backend.mjs", import.meta.url));

interface Program {
  readonly title: string;
  readonly file: string;
  readonly language: string;
  readonly skip: string | false;
  readonly command: (port: number) => readonly [string, ...string[]];
}

const PROGRAMS: readonly Program[] = [
  {
    title: "the backend in PHP",
    file: PHP_BACKEND,
    language: "php",
    skip: php.skip,
    command: (port) => [php.path, "-S", `127.0.0.1:${port}`, PHP_BACKEND],
  },
  {
    title: "the backend in Node",
    file: NODE_BACKEND,
    language: "js",
    skip: false,
    command: (port) => [process.execPath, NODE_BACKEND, String(port)],
  },
];

/** A backend that runs, and what it has printed so far. */
interface RunningBackend {
  readonly url: string;
  readonly lines: readonly string[];
}

async function run(t: TestContext, { command }: Program): Promise<RunningBackend> {
  const port = await freePort();
  const [program, ...args] = command(port);
  const env = { PATH: process.env["PATH"], BACKEND_SECRET: SECRET };
  const child: ChildProcess = spawn(program, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  t.after(async () => {
    const exited = once(child, "exit");
    if (child.kill()) await exited;
  });
  const lines: string[] = [];
  assert.ok(child.stderr);
  createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
  const url = `http://127.0.0.1:${port}/`;
  await eventually("the backend answers", async () => {
    const response = await fetch(url, { method: "POST", body: "{}" }).catch(() => null);
    return response?.status === 401;
  });
  return { url, lines };
}

/** The configuration of the page, for a backend at another place. */
function settingsFor(url: string): Readonly<Record<string, unknown>> {
  const [yaml = ""] = codeBlocks(page, "yaml");
  const file = parseConfigFile("hooks.md", yaml.replaceAll("http://127.0.0.1:9000/", url));
  const { settings } = file;
  assert.ok(typeof settings === "object" && settings !== null);
  const { values, warnings } = resolveConfig({
    file,
    env: { TIDEWIRE_HOOK_SECRET: SECRET, TIDEWIRE_WEBHOOK_SECRET: SECRET },
  });
  assert.deepEqual(warnings, []);
  const { hooks, webhooks } = { hooks: {}, webhooks: {}, ...settings };
  assert.equal(values.webhooks.endpoints.length, 1);
  return {
    ...settings,
    hooks: { ...hooks, secrets: [SECRET] },
    webhooks: { ...webhooks, secrets: [SECRET], graceMs: 0 },
  };
}

describe("docs/hooks.md", () => {
  test("lists every event, and every option of an endpoint", () => {
    const events = Object.entries(WEBHOOK_EVENTS).map(([event, about]) => [`\`${event}\``, about]);
    assert.deepEqual(tableOf(page, "event", "told when"), events);
    const options = Object.entries(ENDPOINT_SCHEMA.properties).map(([option, schema]) => {
      const facts = factsOf(schema);
      return [`\`${option}\``, facts?.expected, facts?.description];
    });
    assert.deepEqual(tableOf(page, "option", "accepts", "what it does"), options);
  });

  test("shows JSON that is JSON", () => {
    for (const block of codeBlocks(page, "json"))
      assert.doesNotThrow(() => JSON.parse(block) as unknown, block);
  });

  for (const program of PROGRAMS) {
    describe(program.title, { skip: program.skip }, () => {
      test("stands on the page as it is in examples", () => {
        assert.deepEqual(codeBlocks(page, program.language), [readFileSync(program.file, "utf8")]);
      });

      test("decides what clients may do, and hears what happened", async (t) => {
        const { url, lines } = await run(t, program);
        const server = await startTestServer(t, { settings: settingsFor(url) });
        const stranger = await NativeClient.open(t, server, "channels=news");
        const { message, reason } = await stranger.next("error");
        assert.deepEqual([message, reason], ["Please sign in.", "sign_in"]);
        assert.equal((await stranger.closed).code, 4403);

        const bob = await NativeClient.open(t, server, "token=bob&channels=team.7");
        assert.equal((await bob.connected()).user, "bob");
        assert.equal((await bob.next("error")).message, "This room is for members.");

        const ann = await NativeClient.open(t, server, "token=ann&channels=team.7");
        await ann.next("presence");
        ann.send({ type: "publish", id: 1, channel: "team.7", data: { text: "damn good" } });
        await ann.answer("published", 1);
        const received = ann.frames.find((push) => push.type === "message") ?? (await ann.next("message"));
        assert.deepEqual("data" in received && received.data, { text: "*** good" });
        ann.send({ type: "publish", id: 2, channel: "team.7", data: {} });
        assert.equal((await ann.answer("error", 2)).reason, "empty");
        ann.send({ type: "rpc", id: 3, method: "sum", data: [1, 2] });
        assert.equal((await ann.answer("result", 3)).data, 3);
        ann.send({ type: "rpc", id: 4, method: "product" });
        assert.equal((await ann.answer("error", 4)).reason, "unknown_method");

        const told = (what: string): boolean => lines.some((line) => line.includes(`told ${what}`));
        for (const what of ["user.online ann", "member.joined team.7", "message.published team.7"]) {
          await eventually(what, () => told(what));
        }
      });

      test("answers the question by hand", async (t) => {
        const { url } = await run(t, program);
        const script = codeBlocks(page, "sh").find((block) => block.includes("curl"));
        assert.ok(script);
        const env = { PATH: process.env["PATH"], BACKEND_SECRET: SECRET, BACKEND_URL: url };
        const asked = promisify(execFile)("sh", ["-eu", "-c", script], { env });
        const { stdout } = await within(asked, "the answer");
        assert.deepEqual(JSON.parse(stdout), { allow: true, user: "ann", subscribe: ["news"] });
      });
    });
  }
});
