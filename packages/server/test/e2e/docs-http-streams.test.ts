import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { createInterface } from "node:readline";
import { describe, type TestContext, test } from "node:test";
import { decodePush, isErrorCode } from "@tidewire/protocol";
import { findCurl } from "../../../../test/support/programs.ts";
import { formatBytes } from "../../src/base/bytes.ts";
import { formatDuration } from "../../src/base/duration.ts";
import { configOf } from "../support/config.ts";
import { within } from "../support/deadline.ts";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { codeBlocks, readPage, tableOf } from "../support/markdown.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const page = readPage("http-streams.md");
const curl = findCurl();

/** Runs the example of the page that stands under this word, against the server, and gives its output line by line. */
function runExample(
  t: TestContext,
  server: TestServer,
  name: string,
  env: Readonly<Record<string, string>> = {},
): AsyncIterator<string> {
  const [example] = codeBlocks(page, `sh ${name}`);
  assert.ok(example !== undefined, `the page must show ${name} in a shell`);
  const path = [dirname(curl.path), process.env["PATH"]].join(delimiter);
  const child = spawn("sh", ["-c", example.replaceAll("127.0.0.1:8080", `127.0.0.1:${server.port}`)], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, ...env, PATH: path },
    detached: true,
  });
  t.after(() => {
    // The shell and the curl that it waits for.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  });
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
}

async function lineWith(lines: AsyncIterator<string>, text: string): Promise<string> {
  for (;;) {
    const { value, done } = await within(lines.next(), `a line with ${text}`);
    assert.ok(done !== true, `it has ended without ${text}`);
    if (value.includes(text)) return value;
  }
}

describe("docs/http-streams.md", () => {
  test("curl -N hears what there is and what is new", { skip: curl.skip }, async (t) => {
    const server = await startTestServer(t);
    await server.push("news", "old");
    const lines = runExample(t, server, "events");
    await lineWith(lines, '"data":"old"}');
    await server.push("news", "new");
    const line = await lineWith(lines, '"data":"new"}');
    assert.ok(decodePush(line.replace(/^data: /, "")) !== undefined, line);
    assert.match(await lineWith(lines, "id: "), /^id: [\w-]+:2;[\w-]+;[\w-]+$/);
  });

  test("a shell that polls in a loop hears the same", { skip: curl.skip }, async (t) => {
    const server = await startTestServer(t);
    await server.push("news", "old");
    const lines = runExample(t, server, "polls");
    await lineWith(lines, '"data":"old"}');
    for (let count = 0; count < 5; count += 1) {
      await server.push("news", `new ${count}`);
      await lineWith(lines, `"data":"new ${count}"}`);
    }
  });

  test("a command is sent with curl", { skip: curl.skip }, async (t) => {
    const server = await startTestServer(t);
    const stream = await EventStreamClient.open(t, server, "channels=news");
    const { session } = await stream.connected();
    await stream.next("subscribed");
    const lines = runExample(t, server, "command", { SESSION: session });
    await lineWith(lines, '"type":"published"');
    assert.equal((await stream.next("message")).data, "hi");
  });

  test("the limits are the defaults of the configuration", () => {
    const { limits, sessions } = configOf();
    assert.deepEqual(
      tableOf(page, "what", "limit", "setting").map(([, limit]) => limit?.replace(" ", "")),
      [
        formatBytes(limits.maxMessageBytes),
        String(sessions.maxPendingCommands),
        formatBytes(limits.outboxBytes),
        formatDuration(sessions.graceMs),
        "16KB",
      ],
    );
  });

  test("every error code that it names exists", () => {
    const words = [...page.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, word = ""]) => word);
    assert.ok(words.length > 0);
    for (const word of words) assert.ok(isErrorCode(word), word);
  });
});
