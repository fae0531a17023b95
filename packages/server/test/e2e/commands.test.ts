import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { NativeClient } from "../support/native-client.ts";
import { sendCommand } from "../support/send-command.ts";
import { startTestServer } from "../support/start-test-server.ts";

const ROOM = { match: "room", presence: true };

async function openStream(t: TestContext, settings: Record<string, unknown> = {}) {
  const server = await startTestServer(t, { settings });
  const stream = await EventStreamClient.open(t, server, "channels=news&user=ann");
  const { session, connection } = await stream.connected();
  await stream.next("subscribed");
  return { server, stream, session, connection };
}

describe("a command over HTTP", () => {
  test("is answered with its frame, and what it causes comes on the stream", async (t) => {
    const { server, stream, session, connection } = await openStream(t);
    const { status, frame } = await sendCommand(server, session, {
      type: "publish",
      id: 4,
      channel: "news",
      data: "hi",
    });
    assert.equal(status, 200);
    assert.deepEqual([frame?.["type"], frame?.["id"], frame?.["offset"]], ["published", 4, 1]);
    assert.deepEqual((await stream.next("message")).from, { user: "ann", connection });
  });

  test("subscribes and unsubscribes what the stream carries, and is told so in both places", async (t) => {
    const { server, stream, session } = await openStream(t);
    const subscribed = await sendCommand(server, session, { type: "subscribe", channel: "more" });
    assert.deepEqual([subscribed.status, subscribed.frame?.["type"]], [200, "subscribed"]);
    await stream.until((push) => push.type === "subscribed" && push.channel === "more", "subscribed");
    await server.push("more", 1);
    assert.equal((await stream.next("message")).channel, "more");
    const ended = await sendCommand(server, session, { type: "unsubscribe", id: 2, channel: "more" });
    assert.deepEqual(ended.frame, { type: "unsubscribed", id: 2, channel: "more" });
    assert.equal((await stream.next("unsubscribed")).id, 2);
  });

  test("that subscribes to several channels is answered by the list of what became of each", async (t) => {
    const { server, stream, session } = await openStream(t);
    const { status, frame } = await sendCommand(server, session, {
      type: "subscribe",
      id: 5,
      channels: ["news", "more", "@bob"],
    });
    assert.equal(status, 200);
    assert.ok(Array.isArray(frame));
    assert.deepEqual(
      new Map(frame.map(({ id, channel, type, code }) => [channel, [id, code ?? type]])),
      new Map([
        ["news", [5, "already_subscribed"]],
        ["@bob", [5, "permission_denied"]],
        ["more", [5, "subscribed"]],
      ]),
    );
    await stream.until((push) => push.type === "subscribed" && push.channel === "more", "subscribed");
  });

  test("every kind of command is answered", async (t) => {
    const { server, stream, session } = await openStream(t, { channels: [ROOM] });
    await sendCommand(server, session, { type: "subscribe", channel: "room" });
    await server.push("@ann", 1);
    const answers = [
      [{ type: "history", channel: "news" }, 200, "history"],
      [{ type: "presence", channel: "room" }, 200, "presence"],
      [{ type: "ack", id: 1, channel: "@ann", offset: 1 }, 200, "acked"],
      [{ type: "ping" }, 200, "pong"],
      [{ type: "connect" }, 409, "error"],
      [{ type: "presence", channel: "news" }, 409, "error"],
      [{ type: "subscribe", channel: "news" }, 409, "error"],
      [{ type: "subscribe", channel: "@bob" }, 403, "error"],
      [{ type: "unsubscribe", channel: "other" }, 409, "error"],
      [{ type: "nonsense" }, 400, "error"],
      [{ type: "publish", channel: "news" }, 400, "error"],
      ["{", 400, "error"],
    ] as const;
    for (const [command, status, type] of answers) {
      const answer = await sendCommand(server, session, command);
      assert.deepEqual([answer.status, answer.frame?.["type"]], [status, type], JSON.stringify(command));
    }
    const silent = await sendCommand(server, session, { type: "ack", channel: "@ann", offset: 1 });
    assert.deepEqual(silent, { status: 204, frame: null });
    assert.ok(!stream.frames.some(({ type }) => type === "pong" || type === "history"));
  });

  test("works for a WebSocket's session, too", async (t) => {
    const server = await startTestServer(t);
    const socket = await NativeClient.open(t, server, "channels=news");
    const { session } = await socket.connected();
    assert.equal(
      (await sendCommand(server, session, { type: "publish", channel: "news", data: 1 })).status,
      200,
    );
    await socket.next("message");
  });

  test("needs JSON, a session that lives, and a body within the limit", async (t) => {
    const { server, session, connection } = await openStream(t, { limits: { maxMessageBytes: "1KB" } });
    const ping = { type: "ping" };
    const codeOf = async (answer: ReturnType<typeof sendCommand>) => {
      const { status, frame } = await answer;
      const error = frame?.["error"];
      return [status, typeof error === "object" && error !== null && "code" in error ? error.code : null];
    };
    const text = sendCommand(server, session, ping, { "content-type": "text/plain" });
    assert.deepEqual(await codeOf(text), [415, "unsupported_media_type"]);
    assert.deepEqual(await codeOf(sendCommand(server, "", ping)), [400, "bad_request"]);
    assert.deepEqual(await codeOf(sendCommand(server, "n1.unknown", ping)), [404, "session_unknown"]);
    const large = { type: "publish", channel: "news", data: "x".repeat(2000) };
    assert.deepEqual(await codeOf(sendCommand(server, session, large)), [413, "message_too_large"]);
    const get = await fetch(`${server.url}/command`);
    assert.deepEqual([get.status, get.headers.get("allow")], [405, "POST, OPTIONS"]);
    await server.api("DELETE", `/api/connections/${connection}`);
    assert.deepEqual(await codeOf(sendCommand(server, session, ping)), [403, "session_refused"]);
  });
});
