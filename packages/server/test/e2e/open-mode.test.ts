import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ClientOptions } from "ws";
import { NativeClient, refusedHandshake } from "../support/native-client.ts";
import { startTestServer } from "../support/start-test-server.ts";

describe("open mode", () => {
  const refused: readonly (readonly [string, ClientOptions, string])[] = [
    ["a page of another site", { origin: "https://evil.example" }, "origin_forbidden"],
    [
      "a page of a site that looks like loopback",
      { origin: "http://localhost.evil.example" },
      "origin_forbidden",
    ],
    ["a page without an origin, as from a file or a sandboxed frame", { origin: "null" }, "origin_forbidden"],
    ["a rebound name", { headers: { host: "evil.example:8080" } }, "permission_denied"],
    ["a proxy that says Forwarded", { headers: { forwarded: "for=203.0.113.9" } }, "permission_denied"],
    [
      "a proxy that says X-Forwarded-For",
      { headers: { "x-forwarded-for": "203.0.113.9" } },
      "permission_denied",
    ],
    [
      "a proxy that says X-Forwarded-Host",
      { headers: { "x-forwarded-host": "chat.example" } },
      "permission_denied",
    ],
  ];
  for (const [who, options, code] of refused) {
    test(`refuses ${who}`, async (t) => {
      const server = await startTestServer(t, { logLevel: "warn" });
      const { status, body } = await refusedHandshake(server, "/connect?channels=news", options);
      assert.equal(status, 403);
      assert.ok(body.includes(code), body);
      const logged = await server.logLines("connection.refused");
      assert.deepEqual(
        logged.map((line) => line["code"]),
        [code],
        "it is logged once",
      );
      const flag = code === "origin_forbidden" ? /--allow-origin/ : /--insecure/;
      assert.match(String(logged[0]?.["problem"]), flag, "the log names the flag that allows it");
    });
  }

  const accepted: readonly (readonly [string, ClientOptions])[] = [
    ["no Origin, as outside of browsers", {}],
    ["a page of the server's own", { origin: "http://127.0.0.1:8080" }],
    ["a page of another port of this machine", { origin: "http://localhost:5173" }],
    ["an IPv6 loopback page", { origin: "http://[::1]:3000" }],
    ["Host localhost", { headers: { host: "localhost" } }],
  ];
  for (const [who, options] of accepted) {
    test(`accepts ${who}`, async (t) => {
      const server = await startTestServer(t);
      const client = await NativeClient.open(t, server, "channels=news", options);
      await client.next("subscribed");
    });
  }

  test("--allow-origin lets a listed origin in, and no other", async (t) => {
    const server = await startTestServer(t, { settings: { origins: ["https://app.example", "null"] } });
    for (const origin of ["https://app.example", "null"]) {
      const client = await NativeClient.open(t, server, "channels=news", { origin });
      await client.next("subscribed");
    }
    const other = await refusedHandshake(server, "/connect", { origin: "https://app.example.evil" });
    assert.equal(other.status, 403);
  });

  test("--insecure lifts all of it", async (t) => {
    const server = await startTestServer(t, { settings: { insecure: true } });
    const client = await NativeClient.open(t, server, "channels=news", {
      origin: "https://evil.example",
      headers: { host: "chat.example", "x-forwarded-for": "203.0.113.9" },
    });
    await client.next("subscribed");
  });

  test("a message that calls itself the API's gains nothing inside a WebSocket", async (t) => {
    const channels = [{ match: "locked", publish: "nobody" }];
    const server = await startTestServer(t, { settings: { channels } });
    const { key } = server.apiKey;
    const client = await NativeClient.open(t, server, "user=eve&channels=news");
    const { connection } = await client.connected();
    client.send({ type: "publish", id: 1, channel: "news", data: 1, from: "api", key });
    const message = await client.next("message");
    assert.deepEqual(message.from, { user: "eve", connection }, "the server says who published");
    client.send({ from: "api", key, action: "disconnect", user: "eve" });
    assert.equal((await client.next("error")).code, "invalid_field", "it has no type");
    client.send({ type: "broadcast", id: 2, from: "api", key, data: 1 });
    assert.equal((await client.answer("error", 2)).code, "unknown_type");
    client.send({ type: "publish", id: 3, channel: "locked", data: 1, from: { api: true } });
    assert.equal((await client.answer("error", 3)).code, "permission_denied");
    client.send({
      type: "publish",
      id: 4,
      channel: "news",
      data: 2,
      exclude: connection,
      time: 1,
      offset: 99,
    });
    const next = await client.next("message");
    assert.deepEqual([next.data, next.offset], [2, 2], "nor does it choose who gets it or where it stands");
  });
});
