import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { findCurl } from "../../../../test/support/programs.ts";
import { isSection } from "../../src/config/check.ts";
import { parseConfigFile } from "../../src/config/config-file.ts";
import { codeBlocks, readPage } from "../support/markdown.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer } from "../support/start-test-server.ts";

const page = readPage("delivery.md");
const curl = findCurl();
const execute = promisify(execFile);

function first(info: string): string {
  const [block] = codeBlocks(page, info);
  assert.ok(block !== undefined, `the page must show ${info}`);
  return block;
}

describe("docs/delivery.md", () => {
  test("a value is published as shown, and reaches whoever asks for a rate as shown", {
    skip: curl.skip,
  }, async (t) => {
    const { settings } = parseConfigFile("delivery.md", first("yaml"));
    assert.ok(isSection(settings));
    const server = await startTestServer(t, { settings });
    const client = await NativeClient.open(t, server);
    const [subscribe = "", rate = ""] = first("json").trim().split("\n");
    client.sendText(subscribe);
    const subscribed = await client.answer("subscribed", 1);
    assert.deepEqual([subscribed.deliver, subscribed.maxRate], ["latest", 1]);
    client.sendText(rate);
    const answer = await client.answer("rate", 2);
    assert.ok(page.includes(`\`${JSON.stringify(answer)}\``), "the answer is as the page says");
    const shell = first("sh").replace("http://127.0.0.1:8080", server.url);
    await execute("sh", ["-c", shell], {
      env: { ...process.env, TIDEWIRE_API_KEY: server.apiKey.key },
    });
    const { key, data } = await client.next("message");
    assert.deepEqual([key, data], ["ACME", { price: 101.5 }]);
  });
});
