import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Check } from "typebox/value";
import { ERRORS } from "@tidewire/protocol";
import { LIMITS } from "../../src/config/limit-table.ts";
import { API_SCHEMAS } from "../../src/http/api-schemas.ts";
import { METRICS } from "../../src/telemetry/metric-table.ts";
import { eventually } from "../support/deadline.ts";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { scrape } from "../support/figures.ts";
import { LineClient, pushLine } from "../support/line-client.ts";
import { NativeClient } from "../support/native-client.ts";
import { PollClient } from "../support/poll-client.ts";
import { sendCommand } from "../support/send-command.ts";
import { startTestServer } from "../support/start-test-server.ts";

describe("the figures of a server", () => {
  test("follow clients, messages and bytes through every door", async (t) => {
    const server = await startTestServer(t, { engine: "lmdb" });
    const socket = await NativeClient.open(t, server, "channels=news");
    const stream = await EventStreamClient.open(t, server, "channels=news");
    const polling = PollClient.open(t, server, "channels=news");
    const { session } = await stream.next("connected");
    for (const client of [socket, stream, polling]) await client.next("subscribed");
    const backend = await LineClient.open(t, server);
    backend.send(pushLine(server.apiKey.key, "news", "by tcp"));
    await backend.line();
    await server.push("news", "by http", { id: "once" });
    await server.push("news", "by http", { id: "once" });
    socket.send({ type: "publish", id: 1, channel: "news", data: 1 });
    for (const client of [socket, stream, polling]) await client.messages(3);
    const command = { type: "history", id: 1, channel: "news", limit: 1 };
    assert.equal((await sendCommand(server, session, command)).status, 200);
    await eventually("the client's publish", async () => {
      return (await scrape(server)).get('tidewire_publishes_total{door="client",duplicate="false"}') === 1;
    });
    const figures = await scrape(server);
    figures.are({
      'tidewire_connections{transport="websocket"}': 1,
      'tidewire_connections{transport="sse"}': 1,
      'tidewire_connections{transport="poll"}': 1,
      tidewire_backend_connections: 1,
      tidewire_sessions: 3,
      tidewire_subscriptions: 3,
      tidewire_channels: 1,
      'tidewire_publishes_total{door="tcp",duplicate="false"}': 1,
      'tidewire_publishes_total{door="http",duplicate="false"}': 1,
      'tidewire_publishes_total{door="http",duplicate="true"}': 1,
      'tidewire_publishes_total{door="client",duplicate="false"}': 1,
      'tidewire_published_bytes_total{door="tcp"}': '"by tcp"'.length,
      'tidewire_published_bytes_total{door="client"}': 1,
      tidewire_deliveries_total: 9,
      tidewire_delivery_seconds_count: 3,
      'tidewire_received_bytes_total{transport="command"}': JSON.stringify(command).length,
      tidewire_store_available: 1,
    });
    assert.ok((figures.get("tidewire_store_commit_seconds_count") ?? 0) >= 3, "each was flushed to disk");
    assert.ok((figures.get("tidewire_disk_free_bytes") ?? 0) > 0);
    for (const transport of ["websocket", "sse", "poll"]) {
      const sent = figures.get(`tidewire_sent_bytes_total{transport="${transport}"}`) ?? 0;
      assert.ok(sent > 300 && sent < 10_000, `${sent} bytes were sent over ${transport}`);
    }
    assert.ok((figures.get('tidewire_received_bytes_total{transport="websocket"}') ?? 0) > 40);
  });

  test("tell who came back late, who was too slow, and what was lost", async (t) => {
    const channels = [
      { match: "short.*", history: { messages: 5 } },
      { match: "plain.*", history: "off" },
    ];
    const settings = { channels, limits: { outboxBytes: "32KB" } };
    const server = await startTestServer(t, { settings });
    const { epoch = "" } = await server.push("short.a", 0);
    for (let number = 1; number < 20; number += 1) await server.push("short.a", number);
    const client = await NativeClient.open(t, server, `channel=short.a&since=${epoch}:1`);
    await client.messages(5);
    const slow = await NativeClient.open(t, server, "channels=plain.a");
    await slow.next("subscribed");
    slow.socket.pause();
    const bulk = "x".repeat(60_000);
    await eventually("messages that find no room", async () => {
      await server.push("plain.a", bulk);
      return ((await scrape(server)).get('tidewire_messages_dropped_total{reason="no_room"}') ?? 0) > 0;
    });
    await eventually("a walk over the sessions", async () => {
      return (await scrape(server)).get("tidewire_outboxes_full") === 1;
    });
    const figures = await scrape(server);
    figures.are({
      'tidewire_gaps_total{reason="limit"}': 1,
      'tidewire_gaps_total{reason="expired"}': 0,
      tidewire_outboxes_waiting: 1,
    });
    assert.ok((figures.get('tidewire_catch_up_pages_total{source="store"}') ?? 0) >= 1);
    const waiting = figures.get("tidewire_outbox_bytes") ?? 0;
    assert.ok(waiting > 32_768, `${waiting} bytes wait`);
    assert.equal(figures.get("tidewire_outbox_largest_bytes"), waiting);
  });

  test("count who was turned away, sent away and kept out", async (t) => {
    const secret = "x".repeat(32);
    const server = await startTestServer(t, { settings: { auth: { secrets: [secret] } } });
    const client = await NativeClient.open(t, server, "token=nonsense");
    await client.closed;
    await fetch(`${server.url}/api/info`, { headers: { authorization: "Bearer a-guess" } });
    await server.api("POST", "/api/users/u1/disconnect", { reason: "enough" });
    await server.api("PUT", "/api/users/u1/ban", { for: "1m" });
    const figures = await scrape(server);
    figures.are({
      'tidewire_auth_failures_total{who="client",reason="token_invalid"}': 1,
      'tidewire_closes_total{code="4401"}': 1,
      'tidewire_auth_failures_total{who="backend",reason="unauthorized"}': 1,
      tidewire_kicks_total: 2,
      tidewire_bans_total: 1,
    });
  });

  test("a code that a backend made up is no label of its own", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server, "user=ann&channels=news");
    await client.next("subscribed");
    await server.api("POST", "/api/users/ann/disconnect", { code: 4777 });
    assert.equal((await client.closed).code, 4777);
    await eventually(
      "the close",
      async () => (await scrape(server)).get('tidewire_closes_total{code="other"}') === 1,
    );
  });

  test("have only labels that the table lists, whatever clients and channels are called", async (t) => {
    const server = await startTestServer(t, { settings: { limits: { maxMessageBytes: "1KB" } } });
    for (const name of ["zora", "yves", "xena"]) {
      const client = await NativeClient.open(t, server, `user=${name}&channels=den.${name}`);
      await client.next("subscribed");
      client.send({ type: "publish", id: 1, channel: `den.${name}`, data: "x".repeat(2000) });
      await client.next("error");
      await server.push(`den.${name}`, 1);
    }
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const samples = text.replace(/^#.*$/gm, "");
    assert.doesNotMatch(samples, /zora|yves|xena|den\.|127\.0/);
    const elsewhere = new Set([...Object.keys(ERRORS), ...Object.keys(LIMITS), "key-1", "other"]);
    for (const [, name = "", labels = ""] of text.matchAll(/^(\w+)\{([^}]*)\}/gm)) {
      const listed = METRICS[name.replace(/_bucket$/, "")]?.labels ?? {};
      for (const [, label = "", value = ""] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
        if (label === "le" || label === "version") continue;
        const values = listed[label] ?? assert.fail(`${name} has no label ${label}`);
        const known =
          typeof values === "string" ? elsewhere.has(value) || /^\d{4}$/.test(value) : values.includes(value);
        assert.ok(known, `${name} has ${label}="${value}"`);
      }
    }
  });
});

describe("GET /api/stats", () => {
  test("tells the same figures as JSON, as its schema says", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server, "channels=news");
    await client.next("subscribed");
    await server.push("news", 1);
    await client.next("message");
    const { status, body } = await server.api("GET", "/api/stats");
    assert.equal(status, 200);
    assert.ok(Check(API_SCHEMAS, API_SCHEMAS["Stats"] ?? assert.fail(), body));
    const metrics = Object(body["metrics"]);
    assert.deepEqual(Object.keys(metrics).toSorted(), Object.keys(METRICS).toSorted());
    assert.deepEqual(metrics["tidewire_deliveries_total"], [{ labels: {}, value: 1 }]);
    const websockets = { labels: { transport: "websocket" }, value: 1 };
    assert.deepEqual(metrics["tidewire_connections"][0], websockets);
    const [latency] = metrics["tidewire_delivery_seconds"];
    assert.deepEqual([latency.labels, latency.count, latency.buckets.length], [{}, 1, 13]);
    const text = await scrape(server);
    assert.equal(text.get("tidewire_deliveries_total"), 1, "both tell the same");
  });
});
