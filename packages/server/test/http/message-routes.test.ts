import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MAX_HISTORY_LIMIT } from "@tidewire/protocol";
import { at } from "../support/api-client.ts";
import { startHttp } from "../support/http-server.ts";
import { TestClient } from "../support/test-client.ts";

const NEWS = "/api/channels/news/messages";

function offsets(page: unknown): readonly unknown[] {
  const messages = at(page, "messages");
  assert.ok(Array.isArray(messages));
  return messages.map((message) => at(message, "offset"));
}

describe("pushing to a channel over HTTP", () => {
  test("the answer says where the message is, and who is subscribed has it", async (context) => {
    const { api, domain } = await startHttp(context);
    const client = new TestClient(domain, "ann", ["news"]);
    await client.frame("subscribed", "news");
    const { status, json } = await api.call("POST", NEWS, {
      body: { data: { text: "hi" }, key: "k", id: "m1" },
    });
    assert.equal(status, 201);
    assert.equal(at(json, "channel"), "news");
    assert.equal(at(json, "offset"), 1);
    assert.equal(at(json, "id"), "m1");
    assert.equal(at(json, "duplicate"), false);
    assert.equal(at(json, "subscribers"), 1);
    const { time: _time, epoch, ...message } = await client.frame("message", "news");
    assert.equal(epoch, at(json, "epoch"));
    assert.deepEqual(message, {
      type: "message",
      channel: "news",
      offset: 1,
      id: "m1",
      from: { api: true },
      key: "k",
      data: { text: "hi" },
    });
  });

  test("numbers arrive as they were written, whatever JavaScript would make of them", async (context) => {
    const { api } = await startHttp(context);
    await api.ok("POST", NEWS, { text: '{ "data" : {"price":1.50, "id":12345678901234567890} }' });
    const { text } = await api.call("GET", NEWS);
    assert.ok(text.includes('"data":{"price":1.50,"id":12345678901234567890}'), text);
  });

  test("any JSON value is data, null too; its absence is an error", async (context) => {
    const { api } = await startHttp(context);
    for (const data of [null, false, 0, "", [], {}]) await api.ok("POST", NEWS, { body: { data } });
    assert.deepEqual(await api.refused("POST", NEWS, { body: {} }), [400, "invalid_field"]);
    assert.deepEqual(
      await api.refused("POST", NEWS),
      [400, "invalid_field"],
      "without a body there is no data",
    );
  });

  test("a name with a slash is percent-encoded in the path", async (context) => {
    const { api } = await startHttp(context);
    const published = await api.ok("POST", "/api/channels/a%2Fb:c/messages", { body: { data: 1 } });
    assert.equal(at(published, "channel"), "a/b:c");
  });

  test("a channel without history gives no position", async (context) => {
    const { api } = await startHttp(context, { channels: [{ match: "live", history: "off" }] });
    const published = await api.ok("POST", "/api/channels/live/messages", { body: { data: 1 } });
    assert.ok(typeof published === "object" && published !== null);
    assert.deepEqual(Object.keys(published), ["channel", "id", "duplicate", "subscribers"]);
  });

  test("the connection that is excluded does not get it", async (context) => {
    const { api, domain } = await startHttp(context);
    const [sender, other] = [
      new TestClient(domain, "ann", ["news"]),
      new TestClient(domain, "bob", ["news"]),
    ];
    await Promise.all([sender.frame("subscribed", "news"), other.frame("subscribed", "news")]);
    await api.ok("POST", NEWS, { body: { data: "not for you", exclude: sender.connection } });
    await api.ok("POST", NEWS, { body: { data: "for all" } });
    await other.frame("message", "news");
    assert.equal((await sender.frame("message", "news"))["data"], "for all");
  });

  test("data beyond the channel's size is refused, and so is a channel where nobody may publish", async (context) => {
    const channels = [
      { match: "small", messageBytes: 10 },
      { match: "closed", publish: "nobody" },
    ] as const;
    const { api } = await startHttp(context, { channels });
    const body = { data: "0123456789" };
    assert.deepEqual(await api.refused("POST", "/api/channels/small/messages", { body }), [
      413,
      "message_too_large",
    ]);
    assert.deepEqual(await api.refused("POST", "/api/channels/closed/messages", { body }), [
      403,
      "permission_denied",
    ]);
  });

  test("while the store is away the answer asks to try again", async (context) => {
    const { api, store } = await startHttp(context);
    await store.close();
    const { status, headers, json } = await api.call("POST", NEWS, { body: { data: 1 } });
    assert.deepEqual([status, at(json, "error", "code")], [503, "not_available"]);
    assert.equal(headers.get("retry-after"), "1");
  });
});

describe("an idempotent push over HTTP", () => {
  test("a repeat with the same key is stored once and answered with the first position", async (context) => {
    const { api } = await startHttp(context);
    const headers = { "idempotency-key": "order 17" };
    const first = await api.ok("POST", NEWS, { body: { data: 1 }, headers });
    await api.ok("POST", NEWS, { body: { data: 2 } });
    const repeat = await api.call("POST", NEWS, { body: { data: 1 }, headers });
    assert.equal(repeat.status, 201);
    assert.deepEqual(repeat.json, { ...Object(first), duplicate: true });
    assert.deepEqual(offsets(await api.ok("GET", NEWS)), [1, 2]);
  });

  test("sent twice at once it is stored once, too", async (context) => {
    const { api } = await startHttp(context);
    const push = () => api.ok("POST", NEWS, { body: { data: 1, id: "x" } });
    const answers = await Promise.all([push(), push(), push(), push()]);
    assert.deepEqual(
      answers.map((answer) => at(answer, "offset")),
      [1, 1, 1, 1],
    );
    const stored = answers.filter((answer) => at(answer, "duplicate") === false);
    assert.equal(stored.length, 1);
  });

  test("the key in the header and the id in the body are one and the same", async (context) => {
    const { api } = await startHttp(context);
    const headers = { "idempotency-key": "x" };
    await api.ok("POST", NEWS, { body: { data: 1, id: "x" } });
    assert.equal(at(await api.ok("POST", NEWS, { body: { data: 1 }, headers }), "duplicate"), true);
    await api.ok("POST", NEWS, { body: { data: 1, id: "x" }, headers });
    assert.deepEqual(await api.refused("POST", NEWS, { body: { data: 1, id: "y" }, headers }), [
      400,
      "bad_request",
    ]);
  });

  test("a key that cannot be a message id is refused", async (context) => {
    const { api } = await startHttp(context);
    for (const key of ["x".repeat(129), "ümlaut"]) {
      const headers = { "idempotency-key": key };
      assert.deepEqual(await api.refused("POST", NEWS, { body: { data: 1 }, headers }), [
        400,
        "invalid_field",
      ]);
    }
  });
});

describe("reading and purging history over HTTP", () => {
  test("pages lead forward and back through the whole of it", async (context) => {
    const { api } = await startHttp(context);
    for (let n = 1; n <= 5; n++) await api.ok("POST", NEWS, { body: { data: n } });
    const first = await api.ok("GET", `${NEWS}?since=earliest&limit=2`);
    assert.deepEqual([offsets(first), at(first, "more"), at(first, "offset")], [[1, 2], true, 5]);
    const epoch = String(at(first, "epoch"));
    const rest = await api.ok("GET", `${NEWS}?since=${epoch}:2`);
    assert.deepEqual([offsets(rest), at(rest, "more")], [[3, 4, 5], false]);
    const newest = await api.ok("GET", `${NEWS}?order=desc&limit=2`);
    assert.deepEqual([offsets(newest), at(newest, "more")], [[5, 4], true]);
    const oldest = await api.ok("GET", `${NEWS}?order=desc&since=${epoch}:4`);
    assert.deepEqual([offsets(oldest), at(oldest, "more")], [[3, 2, 1], false]);
    assert.deepEqual(offsets(await api.ok("GET", `${NEWS}?since=last:2`)), [4, 5]);
  });

  test("a stored message shows everything but its channel", async (context) => {
    const { api } = await startHttp(context);
    await api.ok("POST", NEWS, { body: { data: { a: [1] }, id: "m", key: "k" } });
    const message = at(await api.ok("GET", NEWS), "messages", 0);
    const { time, epoch, ...rest } = Object(message);
    assert.deepEqual(rest, { offset: 1, id: "m", from: { api: true }, key: "k", data: { a: [1] } });
    assert.equal(typeof time, "number");
    assert.equal(typeof epoch, "string");
  });

  test("what cannot be asked for is refused", async (context) => {
    const { api } = await startHttp(context, { channels: [{ match: "live", history: "off" }] });
    const cases = [
      [`${NEWS}?since=yesterday`, 400, "invalid_since"],
      [`${NEWS}?limit=0`, 400, "invalid_field"],
      [`${NEWS}?limit=${MAX_HISTORY_LIMIT + 1}`, 400, "invalid_field"],
      [`${NEWS}?limit=many`, 400, "invalid_field"],
      [`${NEWS}?limit=1&limit=2`, 400, "invalid_field"],
      [`${NEWS}?order=random`, 400, "invalid_field"],
      ["/api/channels/live/messages", 409, "history_off"],
    ] as const;
    for (const [path, status, code] of cases)
      assert.deepEqual(await api.refused("GET", path), [status, code], path);
  });

  test("purging forgets every message, and offsets go on", async (context) => {
    const { api } = await startHttp(context);
    const { json: published } = await api.call("POST", NEWS, { body: { data: 1 } });
    const purged = await api.ok("DELETE", NEWS);
    assert.deepEqual(purged, { channel: "news", epoch: at(published, "epoch"), offset: 1 });
    assert.deepEqual(offsets(await api.ok("GET", NEWS)), []);
    assert.equal(at(await api.ok("POST", NEWS, { body: { data: 2 } }), "offset"), 2);
  });
});
