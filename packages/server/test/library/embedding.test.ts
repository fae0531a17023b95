import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { describe, test, type TestContext } from "node:test";
import { WebSocket, WebSocketServer } from "ws";
import { createTidewire } from "../../src/index.ts";
import { within } from "../support/deadline.ts";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { NativeClient, refusedHandshake } from "../support/native-client.ts";
import { PollClient } from "../support/poll-client.ts";
import { startHost } from "../support/start-host.ts";

/** Sends an HTTP request with a wish to upgrade to something that is no WebSocket. */
async function askWithUpgrade(
  { origin }: { readonly origin: string },
  path: string,
  body?: string,
): Promise<string> {
  const asked = request(origin + path, {
    method: body === undefined ? "GET" : "POST",
    agent: false,
    headers: { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABkAAQAAP__" },
  });
  asked.end(body);
  const [response] = await within(once(asked, "response"), "the answer");
  return text(response);
}

/** Clients at every door, subscribed to a channel. */
async function openDoors(t: TestContext, host: { readonly url: string; readonly wsUrl: string }) {
  const query = "channels=news";
  return [
    await NativeClient.open(t, host, query),
    await EventStreamClient.open(t, host, query),
    PollClient.open(t, host, query),
  ] as const;
}

describe("a Tidewire inside a program", () => {
  test("is reached through every door below its base path", async (t) => {
    const host = await startHost(t);
    const clients = await openDoors(t, host);
    for (const client of clients) await client.next("subscribed");
    await host.tidewire.publish("news", "from the program");
    const answer = await host.api("POST", "/api/channels/news/messages", { data: "over HTTP" });
    assert.equal(answer.status, 201);
    for (const client of clients) {
      const [first, second] = await client.messages(2);
      assert.deepEqual([first?.data, second?.data], ["from the program", "over HTTP"]);
    }
  });

  test("leaves every other route to the program, the root and its own API too", async (t) => {
    const host = await startHost(t);
    for (const path of ["/", "/api/channels", "/connect", "/tidewires", "/x/tidewire/health", "/health"]) {
      assert.equal(await (await fetch(host.origin + path)).text(), `the program: GET ${path}`);
    }
    assert.equal((await fetch(`${host.url}/health`)).status, 200);
    assert.equal((await fetch(`${host.url}/nothing`)).status, 404);
  });

  test("may be below any other path, however deep", async (t) => {
    const host = await startHost(t, { basePath: "/live/v1/" });
    assert.equal(host.tidewire.basePath, "/live/v1");
    const client = await NativeClient.open(t, host, "channels=news");
    await client.next("subscribed");
    await assert.rejects(createTidewire({ basePath: "/" }), /below the root/);
    await assert.rejects(createTidewire({ basePath: "/a/../b" }), { name: "BasePathError" });
  });

  test("leaves the program's own WebSockets alone, even where their server refuses every other path", async (t) => {
    const host = await startHost(t);
    const own = new WebSocketServer({ server: host.server, path: "/hot-reload" });
    t.after(() => own.close());
    own.on("connection", (socket) => socket.send("reload"));
    const client = await NativeClient.open(t, host, "channels=news");
    await client.next("subscribed");
    const page = new WebSocket(`${host.origin.replace("http", "ws")}/hot-reload`);
    t.after(() => page.terminate());
    const [message] = await within(once(page, "message"), "the program's message");
    assert.equal(String(message), "reload");
    await client.settled();
  });

  test("does not keep requests that ask for another upgrade from being answered", async (t) => {
    const answer: Parameters<typeof startHost>[1] = {
      answer: (asked, response) => {
        void text(asked).then((body) => response.end(`${asked.method} ${asked.url} ${body}`));
      },
    };
    const host = await startHost(t, answer);
    assert.equal(await askWithUpgrade(host, "/page"), "GET /page ");
    assert.equal(await askWithUpgrade(host, "/form", "a long body"), "POST /form a long body");
  });

  test("serves the SDK's script and its description, and no pages, whose addresses are not below its path", async (t) => {
    const host = await startHost(t);
    const description = await (await fetch(`${host.url}/api/openapi.json`)).json();
    assert.match(String(description.openapi), /^3\.1/);
    for (const path of ["/", "/demo/chat", "/assets/x.js", "/mark.svg"]) {
      assert.equal((await fetch(host.url + path)).status, 404, path);
    }
  });

  test("refuses, in open mode, what does not come from this machine", async (t) => {
    const host = await startHost(t);
    const foreign = { headers: { host: "rebound.example" } };
    assert.equal((await refusedHandshake(host, "/connect?channels=news", foreign)).status, 403);
    assert.equal(host.logged("server.open_mode").length, 1);
  });

  test("counts the connections of an address itself, since the program accepts them", async (t) => {
    const limits = { connectionsPerAddress: 1, countLoopback: true };
    const host = await startHost(t, { settings: { limits } });
    await NativeClient.open(t, host, "channels=news");
    const { status, body } = await refusedHandshake(host, "/connect?channels=news");
    assert.equal(status, 503);
    assert.match(body, /too_many_connections/);
  });

  test("sends its clients away when it closes, and leaves the program's server as it was", async (t) => {
    const host = await startHost(t);
    const [socket, stream, poll] = await openDoors(t, host);
    for (const client of [socket, stream, poll]) await client.next("subscribed");
    await within(host.tidewire.close(), "the end");
    assert.equal((await socket.closed).code, 4000);
    await stream.ended();
    assert.equal(Object.hasOwn(host.server, "emit"), false);
    assert.equal(host.server.listenerCount("upgrade"), 0);
    assert.equal(await (await fetch(`${host.url}/health`)).text(), "the program: GET /tidewire/health");
    assert.equal(host.logged("server.stopped")[0]?.["drained"], true);
  });

  test("cuts off who does not go within the time for draining", async (t) => {
    const host = await startHost(t, { settings: { drainMs: 50 } });
    const client = await NativeClient.open(t, host, "channels=news");
    await client.next("subscribed");
    client.socket.pause();
    await within(host.tidewire.close(), "the end");
    assert.equal(host.logged("server.stopped")[0]?.["drained"], false);
  });

  test("stays in order when a program takes its servers in turns", async (t) => {
    const host = await startHost(t);
    const other = await createTidewire({ server: host.server, basePath: "/other", settings: SILENT });
    assert.equal((await fetch(`${host.origin}/other/health`)).status, 200);
    assert.equal(await askWithUpgrade(host, "/page"), "the program: GET /page");
    await host.tidewire.close();
    assert.equal((await fetch(`${host.origin}/other/health`)).status, 200);
    assert.equal(await (await fetch(`${host.url}/health`)).text(), "the program: GET /tidewire/health");
    await other.close();
    assert.equal(await (await fetch(`${host.origin}/other/health`)).text(), "the program: GET /other/health");
  });
});

const SILENT = { engine: "memory", apiKeys: ["another-key"], log: { level: "silent" } };
