import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { errorCode, LineClient, pushLine } from "../support/line-client.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const ADMIN_KEY = "a-bare-key-for-everything";
const CHAT_KEY = "the-key-of-the-chat-backend";
const READ_KEY = "the-key-of-the-dashboard";
const USERS_KEY = "the-key-of-the-moderators";

const apiKeys = [
  ADMIN_KEY,
  { name: "chat-backend", key: CHAT_KEY, scopes: ["publish"], channels: ["chat.**"] },
  { name: "dashboard", key: READ_KEY, scopes: ["read"], channels: ["chat.**"] },
  { name: "moderators", key: USERS_KEY, scopes: ["publish", "kick"], channels: ["@*"] },
];

async function start(t: TestContext): Promise<TestServer> {
  return startTestServer(t, { settings: { apiKeys }, logLevel: "info" });
}

async function call(
  server: TestServer,
  key: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<readonly [number, string]> {
  const { status, body: answer } = await server.api(method, path, body, { authorization: `Bearer ${key}` });
  return [status, JSON.stringify(answer)];
}

describe("several API keys", () => {
  test("each do what their scopes and channels say, and are told what is missing", async (t) => {
    const server = await start(t);
    const message = { data: "hi" };
    assert.equal((await call(server, CHAT_KEY, "POST", "/api/channels/chat.1/messages", message))[0], 201);
    assert.equal((await call(server, ADMIN_KEY, "POST", "/api/channels/news/messages", message))[0], 201);
    const foreign = await call(server, CHAT_KEY, "POST", "/api/channels/news/messages", message);
    assert.equal(foreign[0], 403);
    assert.match(foreign[1], /permission_denied.*not for the channel news/);
    const reading = await call(server, CHAT_KEY, "GET", "/api/channels/chat.1/messages");
    assert.equal(reading[0], 403);
    assert.match(reading[1], /scope read/);
    assert.equal((await call(server, READ_KEY, "GET", "/api/channels/chat.1/messages"))[0], 200);
    assert.equal((await call(server, READ_KEY, "DELETE", "/api/channels/chat.1/messages"))[0], 403);
    assert.equal((await call(server, CHAT_KEY, "POST", "/api/broadcast", message))[0], 403);
    assert.equal((await call(server, CHAT_KEY, "POST", "/api/users/u1/messages", message))[0], 403);
    assert.equal((await call(server, USERS_KEY, "POST", "/api/users/u1/messages", message))[0], 201);
    assert.equal((await call(server, USERS_KEY, "POST", "/api/users/u1/disconnect", {}))[0], 200);
  });

  test("are refused before a body is read, and their refusal comes before an error in the body", async (t) => {
    const server = await start(t);
    const [status] = await call(server, READ_KEY, "POST", "/api/channels/chat.1/messages", {
      nonsense: true,
    });
    assert.equal(status, 403);
  });

  test("decide about each message of a batch", async (t) => {
    const server = await start(t);
    const [status, answer] = await call(server, CHAT_KEY, "POST", "/api/publish", {
      messages: [
        { channel: "chat.1", data: 1 },
        { channel: "news", data: 2 },
        { channels: ["chat.2", "news"], data: 3 },
        { user: "u1", data: 4 },
      ],
    });
    assert.equal(status, 200);
    const codes = [...answer.matchAll(/"code":"(\w+)"|"offset":1/g)].map(([, code = "ok"]) => code);
    assert.deepEqual(codes, ["ok", "permission_denied", "ok", "permission_denied", "permission_denied"]);
  });

  test("see in the list of channels only those that they are for", async (t) => {
    const server = await start(t);
    for (const channel of ["chat.1", "chat.2", "news", "@u1"]) await server.push(channel, 1);
    const [, listed] = await call(server, READ_KEY, "GET", "/api/channels");
    const names = [...listed.matchAll(/"channel":"([^"]*)"/g)].map(([, name]) => name);
    assert.deepEqual(names, ["chat.1", "chat.2"]);
  });

  test("hold for raw TCP as for HTTP, and a refused line ends nothing", async (t) => {
    const server = await start(t);
    const client = await NativeClient.open(t, server, "channels=chat.1");
    await client.next("subscribed");
    const backend = await LineClient.open(t, server);
    backend.send(pushLine(CHAT_KEY, "news", 1));
    backend.send(`${JSON.stringify({ from: "api", key: CHAT_KEY, action: "broadcast", data: 1 })}\n`);
    backend.send(`${JSON.stringify({ from: "api", key: CHAT_KEY, action: "disconnect", user: "u1" })}\n`);
    backend.send(`${JSON.stringify({ from: "api", key: READ_KEY, channel: "chat.1", data: 1 })}\n`);
    for (let count = 0; count < 4; count += 1)
      assert.equal(errorCode(await backend.line()), "permission_denied");
    backend.send(pushLine(CHAT_KEY, "chat.1", "fine"));
    assert.equal((await backend.line())["ok"], true);
    assert.equal((await client.next("message")).data, "fine");
  });

  test("stand in logs and figures by name, never as they are", async (t) => {
    const server = await start(t);
    await call(server, CHAT_KEY, "POST", "/api/channels/chat.1/messages", { data: 1 });
    await call(server, CHAT_KEY, "POST", "/api/channels/news/messages", { data: 1 });
    const backend = await LineClient.open(t, server);
    backend.send(pushLine(CHAT_KEY, "news", 1));
    await backend.line();
    const published = await server.logLines("channel.publish");
    assert.deepEqual(
      published.map(({ keyName }) => keyName),
      ["chat-backend"],
    );
    const refused = [...(await server.logLines("api.refused")), ...(await server.logLines("client.refused"))];
    assert.deepEqual(
      refused.map(({ keyName }) => keyName),
      ["chat-backend", "chat-backend"],
    );
    assert.ok(!JSON.stringify([published, refused]).includes(CHAT_KEY));
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /^tidewire_api_requests_total\{key="chat-backend"\} 3$/m);
    assert.ok(!metrics.includes(CHAT_KEY));
  });

  test("read the figures from elsewhere only with the scope read", async (t) => {
    const server = await startTestServer(t, { settings: { apiKeys, insecure: true } });
    const from = { "x-forwarded-for": "192.0.2.1" };
    const figures = (key: string): Promise<Response> =>
      fetch(`${server.url}/metrics`, { headers: { ...from, authorization: `Bearer ${key}` } });
    assert.equal((await figures(CHAT_KEY)).status, 403);
    assert.equal((await figures(READ_KEY)).status, 200);
  });
});
