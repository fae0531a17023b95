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
    const health = { status: "ok", checks: [{ name: "store", ok: true }] };
    assert.deepEqual(await api.ok("GET", "/health", { key: null }), health);
  });

  test("health ends when only a restart helps", async (context) => {
    const { api, state } = await startHttp(context);
    state.storeStatus = { available: false, reason: "no space left" };
    assert.equal((await api.call("GET", "/health", { key: null })).status, 200, "that mends itself");
    state.storeStatus = { available: false, reason: "restart the server", needsRestart: true };
    const { status, json } = await api.call("GET", "/health", { key: null });
    assert.equal(status, 503);
    assert.deepEqual(json, {
      status: "failing",
      checks: [
        { name: "store", ok: false, reason: "The store needs a restart of the server. (restart the server)" },
      ],
    });
  });

  test("readiness tells each reason, and is no mistake that would be logged", async (context) => {
    const { api, state, logger } = await startHttp(context);
    const ready = ["draining", "store", "disk", "event loop", "load"].map((name) => ({ name, ok: true }));
    assert.deepEqual(await api.ok("GET", "/ready", { key: null }), { status: "ready", checks: ready });
    state.storeStatus = { available: false, reason: "no space left" };
    state.worstDelayMs = 60_000;
    const { status, headers, json } = await api.call("GET", "/ready", { key: null });
    assert.equal(status, 503);
    assert.equal(headers.get("retry-after"), "1");
    const stalled = "The server was stalled in the last ten seconds.";
    assert.deepEqual(json, {
      status: "not ready",
      checks: [
        { name: "draining", ok: true },
        { name: "store", ok: false, reason: "The store cannot be used. (no space left)" },
        { name: "disk", ok: true },
        {
          name: "event loop",
          ok: false,
          reason: `${stalled} (for 60000 ms, more than ready.maxDelayMs)`,
        },
        { name: "load", ok: true },
      ],
    });
    assert.deepEqual(logger.of("api.refused"), [], "a monitor asks every few seconds: that is no mistake");
  });

  test("why the store is away is for the operator alone", async (context) => {
    const { api, state } = await startHttp(context);
    state.storeStatus = { available: false, reason: "/var/lib/secret" };
    const stranger = await api.call("GET", "/ready", { key: null, headers: ELSEWHERE });
    assert.equal(stranger.status, 503);
    assert.match(stranger.text, /The store cannot be used\."/);
    assert.ok(!stranger.text.includes("secret"), stranger.text);
    const operator = await api.call("GET", "/ready", { headers: ELSEWHERE });
    assert.ok(operator.text.includes("/var/lib/secret"), operator.text);
  });

  test("metrics are for this machine, or for who has the key", async (context) => {
    const { api } = await startHttp(context);
    const refused = await api.refused("GET", "/metrics", { key: null, headers: ELSEWHERE });
    assert.deepEqual(refused, [401, "unauthorized"]);
    assert.equal((await api.call("GET", "/metrics", { headers: ELSEWHERE })).status, 200);
  });

  test("metrics are for keys alone, or for anybody, where the configuration says so", async (context) => {
    const closed = await startHttp(context, { ports: { metricsAccess: "key" } });
    const refused = await closed.api.refused("GET", "/metrics", { key: null });
    assert.deepEqual(refused, [401, "unauthorized"]);
    assert.equal((await closed.api.call("GET", "/metrics")).status, 200);
    const open = await startHttp(context, { ports: { metricsAccess: "anyone" } });
    assert.equal((await open.api.call("GET", "/metrics", { key: null, headers: ELSEWHERE })).status, 200);
  });

  test("two servers in one process count apart", async (context) => {
    const [one, other] = [await startHttp(context), await startHttp(context)];
    await one.api.ok("POST", "/api/channels/news/messages", { body: { data: 1 } });
    const { text } = await other.api.call("GET", "/metrics");
    assert.match(text, /^tidewire_publishes_total\{door="http",duplicate="false"\} 0$/m);
  });

  test("who opens the WebSocket's address like a page is told what it is", async (context) => {
    const { api } = await startHttp(context);
    const { status, headers } = await api.call("GET", "/connect", { key: null });
    assert.deepEqual([status, headers.get("upgrade")], [426, "websocket"]);
  });
});
