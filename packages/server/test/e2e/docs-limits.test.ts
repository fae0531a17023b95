import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { findCurl, findPhp } from "../../../../test/support/programs.ts";
import { hitsOf } from "../support/limit-hits.ts";
import { codeBlocks, readPage } from "../support/markdown.ts";
import { startTestServer } from "../support/start-test-server.ts";

const page = readPage("limits.md");
const curl = findCurl();
const php = findPhp();
const execute = promisify(execFile);
const ATTEMPTS = 5;

/** Runs an example while the key has used up its requests, until it was refused at least once; what it prints is a message's place. */
async function checkBacksOff(t: TestContext, name: string, program: string, flags: readonly string[]) {
  const server = await startTestServer(t, { settings: { limits: { requestsPerKey: "1/2s" } } });
  const [code = ""] = codeBlocks(page, name);
  const example = code.replaceAll("127.0.0.1:8080", `127.0.0.1:${server.port}`);
  const PATH = [dirname(curl.path), process.env["PATH"]].join(delimiter);
  const env = { ...process.env, KEY: server.apiKey.key, PATH };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    while ((await server.api("GET", "/api/info")).status !== 429);
    const before = await hitsOf(server, "requests_per_key");
    const { stdout } = await execute(program, [...flags, example], { env });
    assert.match(stdout, /"offset":1/);
    // On a machine that was busy for two seconds the example was not refused.
    if ((await hitsOf(server, "requests_per_key")) > before) return;
  }
  assert.fail("the example was never refused");
}

describe("the examples of docs/limits.md", { concurrency: true }, () => {
  test("curl waits when it is told to", { skip: curl.skip }, async (t) => {
    await checkBacksOff(t, "sh backoff", "sh", ["-c"]);
  });

  test("PHP waits when it is told to", { skip: php.skip }, async (t) => {
    await checkBacksOff(t, "php backoff", php.path, ["-r"]);
  });

  test("Node waits when it is told to", async (t) => {
    await checkBacksOff(t, "js backoff", process.execPath, ["--input-type=module", "-e"]);
  });
});
