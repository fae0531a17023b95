import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { at } from "../support/api-client.ts";
import { startHttp } from "../support/http-server.ts";
import { TestClient } from "../support/test-client.ts";

describe("a batch over HTTP", () => {
  test("each message is answered in its place, whatever kind of target it names", async (context) => {
    const { api } = await startHttp(context);
    const messages = [
      { channel: "a", data: 1 },
      { channels: ["a", "b"], data: 2 },
      { user: "ann", data: 3 },
      { users: ["ann", "bob"], data: 4 },
    ];
    const { results } = Object(await api.ok("POST", "/api/publish", { body: { messages } }));
    const place = (result: unknown): readonly unknown[] => [at(result, "channel"), at(result, "offset")];
    assert.deepEqual(place(at(results, 0)), ["a", 1]);
    assert.deepEqual(
      [0, 1].map((index) => place(at(results, 1, "results", index))),
      [
        ["a", 2],
        ["b", 1],
      ],
    );
    assert.deepEqual(place(at(results, 2)), ["@ann", 1]);
    assert.deepEqual(
      [0, 1].map((index) => place(at(results, 3, "results", index))),
      [
        ["@ann", 2],
        ["@bob", 1],
      ],
    );
  });

  test("a message that cannot be used stands as an error in its place and keeps no other back", async (context) => {
    const channels = [{ match: "small", messageBytes: 2 }];
    const { api } = await startHttp(context, { channels });
    const messages = [
      { channel: "a b", data: 1 },
      { channel: "a", data: 1 },
      { channel: "a" },
      null,
      { data: 1 },
      { channels: ["small", "a"], data: "long" },
    ];
    const { results } = Object(await api.ok("POST", "/api/publish", { body: { messages } }));
    assert.equal(at(results, 0, "error", "code"), "invalid_channel");
    assert.equal(at(results, 1, "offset"), 1);
    assert.equal(at(results, 2, "error", "code"), "invalid_field");
    assert.equal(at(results, 3, "error", "code"), "invalid_field");
    assert.equal(at(results, 4, "error", "code"), "bad_request");
    assert.equal(at(results, 5, "results", 0, "error", "code"), "message_too_large");
    assert.equal(at(results, 5, "results", 1, "offset"), 2);
  });

  test("data is passed on as it was written", async (context) => {
    const { api } = await startHttp(context);
    await api.ok("POST", "/api/publish", {
      text: '{"x":[{"data":9}], "messages" : [ {"channel":"a","data":{"n":1.0}} ,\n{"data":  2e400, "channel":"b"}]}',
    });
    assert.ok((await api.call("GET", "/api/channels/a/messages")).text.includes('"data":{"n":1.0}}'));
    assert.ok((await api.call("GET", "/api/channels/b/messages")).text.includes('"data":2e400}'));
  });

  test("with one Idempotency-Key, a repeat of the whole batch stores nothing again", async (context) => {
    const { api } = await startHttp(context);
    const messages = [
      { channel: "a", data: 1 },
      { channel: "a", data: 2 },
      { channels: ["a", "b"], data: 3 },
      { channel: "a", data: 4, id: "mine" },
    ];
    const options = { body: { messages }, headers: { "idempotency-key": "batch" } };
    const first = await api.ok("POST", "/api/publish", options);
    const repeat = await api.ok("POST", "/api/publish", options);
    assert.deepEqual(repeat, JSON.parse(JSON.stringify(first).replaceAll("false", "true")));
    assert.deepEqual(
      [
        at(first, "results", 0, "id"),
        at(first, "results", 2, "results", 1, "id"),
        at(first, "results", 3, "id"),
      ],
      ["batch:0", "batch:2", "mine"],
    );
    assert.equal(at(await api.ok("GET", "/api/channels/a"), "offset"), 4);
  });

  test("a batch that is none, or too large counted by channel, is refused before anything is stored", async (context) => {
    const { api } = await startHttp(context, { limits: { batchMessages: 3 } });
    const many = { channels: ["a", "b"], data: 1 };
    for (const body of [
      undefined,
      {},
      { messages: {} },
      { messages: [] },
      { messages: [1, 2, 3, 4] },
      { messages: [many, many] },
    ]) {
      assert.deepEqual(
        await api.refused("POST", "/api/publish", { body }),
        [400, "invalid_field"],
        JSON.stringify(body),
      );
    }
    const options = { body: { messages: [many] }, headers: { "idempotency-key": "x".repeat(127) } };
    assert.deepEqual(
      await api.refused("POST", "/api/publish", options),
      [400, "invalid_field"],
      "KEY:0 is too long",
    );
    assert.deepEqual(at(await api.ok("GET", "/api/channels"), "channels"), []);
  });
});

describe("a broadcast over HTTP", () => {
  test("every connection gets it, whatever it is subscribed to", async (context) => {
    const { api, domain } = await startHttp(context);
    const clients = [new TestClient(domain, "ann", ["news"]), new TestClient(domain, null)];
    const sent = await api.ok("POST", "/api/broadcast", { text: '{"data":{"n":1.0}}' });
    assert.equal(at(sent, "connections"), 2);
    for (const client of clients) {
      const { id, data, from } = await client.frame("message");
      assert.deepEqual([id, data, from], [at(sent, "id"), { n: 1 }, { api: true }]);
    }
  });

  test("one without data, or with too much, is refused", async (context) => {
    const { api } = await startHttp(context);
    assert.deepEqual(await api.refused("POST", "/api/broadcast", { body: {} }), [400, "invalid_field"]);
    const body = { data: "x".repeat(65_536) };
    assert.deepEqual(await api.refused("POST", "/api/broadcast", { body }), [413, "message_too_large"]);
  });
});
