import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hitsOf, loggedOnce } from "../support/limit-hits.ts";
import { LineClient, pushLine } from "../support/line-client.ts";
import { startTestServer } from "../support/start-test-server.ts";

const apiKeys = [
  { name: "chat", key: "the-key-of-the-chat", scopes: ["publish"] },
  { name: "shop", key: "the-key-of-the-shop", scopes: ["publish"] },
];
const settings = { apiKeys, limits: { requestsPerKey: "2/1h" } };

async function publish(url: string, key: string): Promise<Response> {
  return fetch(`${url}/api/channels/news/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: '{"data":1}',
  });
}

describe("the limit on requests of an API key", () => {
  test("answers one too many 429 with Retry-After, counts and logs it; another key goes on", async (t) => {
    const server = await startTestServer(t, { settings, logLevel: "warn" });
    const answers = [];
    for (let n = 0; n < 4; n += 1) answers.push(await publish(server.url, "the-key-of-the-chat"));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201, 429, 429],
    );
    const seconds = Number(answers[2]?.headers.get("retry-after"));
    assert.ok(seconds > 1700 && seconds <= 1800, `${seconds} s`);
    assert.match((await answers[2]?.text()) ?? "", /"rate_limited"/);
    assert.equal((await publish(server.url, "the-key-of-the-shop")).status, 201);
    assert.equal((await loggedOnce(server, "requests_per_key"))["keyName"], "chat");
    assert.equal((await server.logLines("api.refused")).length, 0, "and no line for each");
    assert.equal(await hitsOf(server, "requests_per_key"), 2);
    server.reconfigure({ apiKeys, limits: { requestsPerKey: "off" } });
    assert.equal((await publish(server.url, "the-key-of-the-chat")).status, 201);
  });

  test("counts lines over raw TCP together with them, and tells a line how long to wait", async (t) => {
    const server = await startTestServer(t, { settings, logLevel: "warn" });
    await publish(server.url, "the-key-of-the-chat");
    const client = await LineClient.open(t, server);
    for (let n = 0; n < 3; n += 1) client.send(pushLine("the-key-of-the-chat", "news", n));
    client.send(pushLine("the-key-of-the-shop", "news", 1));
    const answers = [];
    for (let n = 0; n < 4; n += 1) answers.push(await client.line());
    assert.deepEqual(
      answers.map(({ ok }) => ok),
      [true, false, false, true],
      "the connection goes on",
    );
    assert.match(JSON.stringify(answers[1]), /"rate_limited".*"retryAfterMs":1[78]\d{5}/);
    assert.equal((await loggedOnce(server, "requests_per_key"))["keyName"], "chat");
    assert.equal(await hitsOf(server, "requests_per_key"), 2);
  });
});
