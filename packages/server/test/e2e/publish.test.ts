import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LineClient, pushLine } from "../support/line-client.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer } from "../support/start-test-server.ts";

describe("publishing over a connection", () => {
  test("is answered with the position and reaches everybody, oneself included", async (t) => {
    const server = await startTestServer(t);
    const ann = await NativeClient.open(t, server, "user=ann&channels=chat");
    const bob = await NativeClient.open(t, server, "channels=chat");
    const { connection } = await ann.connected();
    await ann.next("subscribed");
    const { epoch } = await bob.next("subscribed");
    ann.send({ type: "publish", id: 1, channel: "chat", data: { text: "hi" }, key: "k", messageId: "m1" });
    for (const client of [ann, bob]) {
      const { time, ...message } = await client.next("message");
      assert.ok(Math.abs(time - Date.now()) < 60_000);
      assert.deepEqual(message, {
        type: "message",
        channel: "chat",
        epoch,
        offset: 1,
        id: "m1",
        from: { user: "ann", connection },
        key: "k",
        data: { text: "hi" },
      });
    }
    ann.send({ type: "publish", id: 2, channel: "chat", data: null, messageId: "m1" });
    const published = await ann.answer("published", 2);
    const again = { channel: "chat", epoch, offset: 1, messageId: "m1", duplicate: true };
    assert.deepEqual(published, { type: "published", id: 2, ...again });
    assert.deepEqual(await bob.settled(), [], "the repeat reached nobody");
  });

  test("keeps what was sent to the last digit, as every door does", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server, "user=ann&channels=chat");
    await client.next("subscribed");
    client.sendText(
      '{"type":"publish","channel":"chat","data":0,"data": {"id": 9007199254740993, "sum": 1.10}}',
    );
    await client.next("message");
    const stored = await fetch(`${server.url}/api/channels/chat/messages?since=earliest`, {
      headers: { authorization: `Bearer ${server.apiKey.key}` },
    });
    assert.match(await stored.text(), /"data":\{"id":9007199254740993,"sum":1\.10\}/);
  });

  test("keeps the order of arrival, also while the channel is still being opened", async (t) => {
    const server = await startTestServer(t, { engine: "lmdb" });
    const client = await NativeClient.open(t, server, "user=ann");
    client.send({ type: "subscribe", id: 1, channel: "chat" });
    for (let data = 1; data <= 50; data += 1) client.send({ type: "publish", channel: "chat", data });
    const messages = await client.messages(50);
    assert.deepEqual(
      messages.map(({ data }) => data),
      Array.from({ length: 50 }, (_, index) => index + 1),
      "who subscribes and then publishes receives what it published",
    );
  });

  test("is limited where a rule says so, with an error that may be tried again", async (t) => {
    const channels = [{ match: "chat", rateLimit: { count: 2, per: "1h" } }];
    const server = await startTestServer(t, { settings: { channels } });
    const ann = await NativeClient.open(t, server, "user=ann");
    for (let id = 1; id <= 3; id += 1) ann.send({ type: "publish", id, channel: "chat", data: id });
    const error = await ann.answer("error", 3);
    assert.deepEqual([error.code, error.channel, error.retryable], ["rate_limited", "chat", true]);
    const bob = await NativeClient.open(t, server, "user=bob");
    bob.send({ type: "publish", id: 1, channel: "chat", data: 1 });
    await bob.answer("published", 1);
  });

  test("a client's priority counts only where the rule lets it", async (t) => {
    const channels = [{ match: "loud", clientPriority: true }];
    const server = await startTestServer(t, { settings: { channels } });
    const client = await NativeClient.open(t, server, "user=ann&channels=loud,calm");
    for (const channel of ["loud", "calm"]) {
      client.send({ type: "publish", channel, data: 1, priority: "high" });
      await client.next("message");
    }
    client.send({ type: "publish", id: 5, channel: "calm", data: 1, priority: "urgent" });
    assert.equal((await client.answer("error", 5)).code, "invalid_field");
  });
});

for (const engine of ["memory", "lmdb"] as const) {
  describe(`a publish that is repeated, with ${engine}`, () => {
    test("is stored once on every door, also when it comes many times at once", async (t) => {
      const server = await startTestServer(t, { engine });
      const client = await NativeClient.open(t, server, "user=ann&channels=news");
      await client.next("subscribed");
      const backend = await LineClient.open(t, server);
      const http = Array.from({ length: 5 }, () =>
        server.api("POST", "/api/channels/news/messages", { data: "once" }, { "idempotency-key": "same" }),
      );
      for (let line = 0; line < 5; line += 1) {
        backend.send(pushLine(server.apiKey.key, "news", "once", { id: "same" }));
      }
      const answers = [
        ...(await Promise.all(http)).map(({ body }) => body),
        await backend.line(),
        await backend.line(),
        await backend.line(),
        await backend.line(),
        await backend.line(),
      ];
      const offsets = new Set(answers.map(({ offset }) => offset));
      assert.deepEqual([...offsets], [1], "every answer tells the first one's position");
      assert.equal(answers.filter(({ duplicate }) => duplicate === false).length, 1);
      assert.equal((await client.next("message")).data, "once");
      assert.deepEqual(
        (await client.settled()).filter(({ type }) => type === "message"),
        [],
      );
    });

    test("is another message when another publisher uses the same id", async (t) => {
      const server = await startTestServer(t, { engine });
      const ann = await NativeClient.open(t, server, "user=ann");
      const bob = await NativeClient.open(t, server, "user=bob");
      for (const [index, client] of [ann, bob].entries()) {
        client.send({ type: "publish", id: 1, channel: "news", data: index, messageId: "same" });
        const published = await client.answer("published", 1);
        assert.deepEqual([published.offset, published.duplicate], [index + 1, false]);
      }
      assert.deepEqual((await server.push("news", 2, { id: "same" })).duplicate, false);
      const annAgain = await NativeClient.open(t, server, "user=ann");
      annAgain.send({ type: "publish", id: 1, channel: "news", data: 0, messageId: "same" });
      const repeat = await annAgain.answer("published", 1);
      assert.deepEqual(
        [repeat.offset, repeat.duplicate],
        [1, true],
        "a user is one publisher on all devices",
      );
    });

    test("gives each message of a batch an id of its own under one key", async (t) => {
      const server = await startTestServer(t, { engine });
      const messages = [
        { channel: "a", data: 1 },
        { channel: "a", data: 2 },
      ];
      for (const duplicate of [false, true]) {
        const { body } = await server.api(
          "POST",
          "/api/publish",
          { messages },
          { "idempotency-key": "batch" },
        );
        const { results } = body;
        assert.ok(Array.isArray(results));
        assert.deepEqual(
          results.map((result: Record<string, unknown>) => [result["offset"], result["duplicate"]]),
          [
            [1, duplicate],
            [2, duplicate],
          ],
        );
      }
    });

    test("without history is recognised, too", async (t) => {
      const channels = [{ match: "plain", history: "off" }];
      const server = await startTestServer(t, { engine, settings: { channels } });
      const client = await NativeClient.open(t, server, "channels=plain");
      await client.next("subscribed");
      assert.equal((await server.push("plain", 1, { id: "same" })).duplicate, false);
      assert.equal((await server.push("plain", 1, { id: "same" })).duplicate, true);
      await client.next("message");
      assert.deepEqual(await client.settled(), []);
    });
  });
}
