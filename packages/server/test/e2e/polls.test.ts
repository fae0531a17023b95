import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../support/deadline.ts";
import { NativeClient } from "../support/native-client.ts";
import { type PollAnswer, PollClient, type Polled, poll } from "../support/poll-client.ts";
import { startTestServer } from "../support/start-test-server.ts";

function answered({ status, answer, text }: Polled): PollAnswer {
  assert.ok(answer !== null, `answered ${status}: ${text}`);
  return answer;
}

function typesOf({ frames }: PollAnswer): readonly string[] {
  return frames.map((frame) => String(Object(frame).type));
}

function dataOf({ frames }: PollAnswer): readonly unknown[] {
  return frames.filter((frame) => Object(frame).type === "message").map((frame) => Object(frame).data);
}

describe("long polling", () => {
  test("answers first with connected and subscribed, then with each message as it comes", async (t) => {
    const server = await startTestServer(t);
    const first = answered(await poll(server, { channels: "news", user: "ann" }));
    assert.equal(typesOf(first)[0], "connected");
    assert.equal(typesOf(first).filter((type) => type === "subscribed").length, 2, "news, and the inbox");
    const { session } = first;
    const waiting = poll(server, { session, since: first.since });
    await server.push("news", "a");
    const second = answered(await waiting);
    assert.deepEqual(dataOf(second), ["a"]);
    assert.equal(second.session, session);
    const third = answered(await poll(server, { session, since: second.since, waitMs: "0" }));
    assert.deepEqual(third, { session, since: second.since, frames: [] });
  });

  test("a loop hears a long history whole and in order", async (t) => {
    const server = await startTestServer(t);
    const messages = Array.from({ length: 1000 }, (_, index) => ({ channel: "log", data: index }));
    await server.api("POST", "/api/publish", { messages });
    const client = PollClient.open(t, server, "channels=log&since=earliest");
    const heard = await client.messages(1000);
    assert.deepEqual(
      heard.map(({ data }) => data),
      messages.map(({ data }) => data),
    );
    assert.equal((await client.next("position")).offset, 1000);
  });

  test("repeats what was not acknowledged, with what came meanwhile", async (t) => {
    const server = await startTestServer(t);
    const first = answered(await poll(server, { channels: "news" }));
    const ask = { session: first.session, since: first.since };
    await server.push("news", "a");
    const lost = answered(await poll(server, ask));
    await server.push("news", "b");
    const again = answered(await poll(server, ask));
    assert.deepEqual(dataOf(again), ["a", "b"]);
    assert.notEqual(again.since, lost.since);
    await server.push("news", "c");
    assert.deepEqual(dataOf(answered(await poll(server, { ...ask, since: again.since }))), ["c"]);
  });

  test("a second poll ends the first, empty, however many there are", async (t) => {
    const server = await startTestServer(t);
    const { session, since } = answered(await poll(server, { channels: "news" }));
    const polls = Array.from({ length: 300 }, () => poll(server, { session, since }));
    const last = Promise.all(polls);
    const ended: PollAnswer[] = [];
    for (const one of polls) void one.then((polled) => ended.push(answered(polled)));
    await eventually("all but one have ended", () => ended.length === polls.length - 1);
    assert.ok(ended.every((answer) => answer.frames.length === 0 && answer.since === since));
    await server.push("news", "a");
    const heard = (await last).flatMap((polled) => dataOf(answered(polled)));
    assert.deepEqual(heard, ["a"], "one of them has got it");
  });

  test("keeps the place in presence between polls, and ends it when no further one comes", async (t) => {
    const settings = { channels: [{ match: "room", presence: true }], sessions: { graceMs: "300ms" } };
    const server = await startTestServer(t, { settings });
    const watcher = await NativeClient.open(t, server, "channels=room");
    await watcher.next("presence");
    let last = answered(await poll(server, { channels: "room", user: "ann" }));
    assert.equal((await watcher.next("join")).members[0]?.user, "ann");
    for (let count = 0; count < 5; count += 1) {
      last = answered(await poll(server, { session: last.session, since: last.since, waitMs: "200" }));
    }
    assert.ok(!watcher.frames.some(({ type }) => type === "leave"));
    assert.equal((await watcher.next("leave")).members[0]?.user, "ann");
  });

  test("goes on without a gap when the session has run out", async (t) => {
    const server = await startTestServer(t, { settings: { sessions: { graceMs: "0ms" } } });
    const first = answered(await poll(server, { channels: "news" }));
    await server.push("news", "a");
    await eventually(
      "the session has ended",
      async () => (await server.api("GET", "/api/info")).body["sessions"] === 0,
    );
    const { session, since } = first;
    const next = answered(await poll(server, { channels: "news", session, since }));
    assert.notEqual(next.session, session);
    const heard = [...dataOf(next)];
    if (heard.length === 0) {
      const more = { channels: "news", session: next.session, since: next.since };
      heard.push(...dataOf(answered(await poll(server, more))));
    }
    assert.deepEqual(heard, ["a"]);
  });
});
