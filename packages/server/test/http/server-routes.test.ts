import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { at } from "../support/api-client.ts";
import { startHttp } from "../support/http-server.ts";

const ELSEWHERE = { "x-forwarded-for": "192.0.2.1" };

describe("what the server tells about itself", () => {
  test("info says what runs here", async (context) => {
    const { api } = await startHttp(context);
    assert.deepEqual(await api.ok("GET", "/api/info"), {
      version: "1.2.3",
      engine: "memory",
      uptimeMs: 5,
      connections: 1,
      sessions: 2,
      channels: 3,
    });
  });

  test("a caller is told from which address its call comes", async (context) => {
    const { api } = await startHttp(context);
    const own = { address: "127.0.0.1", peer: "127.0.0.1", forwarded: false };
    assert.deepEqual(await api.ok("GET", "/api/caller"), own);
    const through = await api.ok("GET", "/api/caller", { headers: ELSEWHERE });
    assert.equal(at(through, "forwarded"), true);
  });

  test("health needs no key and stays well while the server stops", async (context) => {
    const { api, state } = await startHttp(context);
    state.draining = true;
    assert.deepEqual(await api.ok("GET", "/health", { key: null }), { status: "ok" });
  });

  test("readiness ends with the store, and when the server stops", async (context) => {
    const { api, state, logger } = await startHttp(context);
    assert.deepEqual(await api.ok("GET", "/ready", { key: null }), { status: "ready" });
    state.storeStatus = { available: false, reason: "no space left" };
    const { status, headers, json } = await api.call("GET", "/ready", { key: null });
    assert.equal(status, 503);
    assert.equal(headers.get("retry-after"), "1");
    assert.deepEqual(at(json, "error"), {
      code: "not_available",
      message: "The store cannot be used: no space left",
    });
    state.draining = true;
    assert.deepEqual(await api.refused("GET", "/ready", { key: null }), [503, "shutting_down"]);
    assert.deepEqual(logger.of("api.refused"), [], "a monitor asks every few seconds: that is no mistake");
  });

  test("why the store is away is for the operator alone", async (context) => {
    const { api, state } = await startHttp(context);
    state.storeStatus = { available: false, reason: "/var/lib/secret" };
    const stranger = await api.call("GET", "/ready", { key: null, headers: ELSEWHERE });
    assert.equal(stranger.status, 503);
    assert.ok(!stranger.text.includes("secret"), stranger.text);
    const operator = await api.call("GET", "/ready", { headers: ELSEWHERE });
    assert.ok(operator.text.includes("/var/lib/secret"), operator.text);
  });

  test("metrics count publishes, and show connections and the process", async (context) => {
    const { api } = await startHttp(context);
    const body = { data: 1, id: "x" };
    for (let n = 0; n < 3; n++) await api.ok("POST", "/api/channels/news/messages", { body });
    const { text, headers } = await api.call("GET", "/metrics", { key: null });
    assert.match(headers.get("content-type") ?? "", /^text\/plain/);
    assert.match(text, /^tidewire_publishes_total\{from="api",duplicate="false"\} 1$/m);
    assert.match(text, /^tidewire_publishes_total\{from="api",duplicate="true"\} 2$/m);
    assert.match(text, /^tidewire_connections 1$/m);
    assert.match(text, /^tidewire_sessions 2$/m);
    assert.match(text, /^tidewire_channels 3$/m);
    assert.match(text, /^process_cpu_seconds_total /m);
  });

  test("metrics are for this machine, or for who has the key", async (context) => {
    const { api } = await startHttp(context);
    const refused = await api.refused("GET", "/metrics", { key: null, headers: ELSEWHERE });
    assert.deepEqual(refused, [401, "unauthorized"]);
    assert.equal((await api.call("GET", "/metrics", { headers: ELSEWHERE })).status, 200);
  });

  test("two servers in one process count apart", async (context) => {
    const [one, other] = [await startHttp(context), await startHttp(context)];
    await one.api.ok("POST", "/api/channels/news/messages", { body: { data: 1 } });
    assert.doesNotMatch((await other.api.call("GET", "/metrics")).text, /tidewire_publishes_total\{/);
  });

  test("who opens the WebSocket's address like a page is told what it is", async (context) => {
    const { api } = await startHttp(context);
    const { status, headers } = await api.call("GET", "/connect", { key: null });
    assert.deepEqual([status, headers.get("upgrade")], [426, "websocket"]);
  });
});
