import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, test } from "node:test";
import fc from "fast-check";
import { eventually } from "../support/deadline.ts";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer } from "../support/start-test-server.ts";

describe("an event stream", () => {
  test("brings connected, subscribed and each message as events without a type", async (t) => {
    const server = await startTestServer(t);
    const client = await EventStreamClient.open(t, server, "channels=news&user=ann");
    const connected = await client.connected();
    assert.equal(connected.user, "ann");
    await client.next("subscribed");
    await server.push("news", { text: "line\nbreak", list: [1, 2] });
    assert.deepEqual((await client.next("message")).data, { text: "line\nbreak", list: [1, 2] });
    assert.deepEqual(client.types, []);
  });

  test("is kept from being cached, transformed and held back", async (t) => {
    const server = await startTestServer(t);
    const client = await EventStreamClient.open(t, server, "channels=news");
    await client.connected();
    const { headers } = client;
    assert.equal(headers["content-type"], "text/event-stream");
    assert.equal(headers["cache-control"], "no-store, no-transform");
    assert.equal(headers["x-accel-buffering"], "no");
    assert.equal(headers.connection, "close");
    assert.equal(headers["transfer-encoding"], undefined);
    assert.equal(headers["content-length"], undefined);
    assert.ok((client.comments[0] ?? "").length >= 2000, "old proxies hand on nothing before 2 KB");
    assert.ok(client.retryMs !== null && client.retryMs >= 1000 && client.retryMs <= 3000);
  });

  test("names after each write where every channel of the URL is", async (t) => {
    const server = await startTestServer(t, { settings: { channels: [{ match: "plain", history: "off" }] } });
    const { epoch } = await server.push("b", 1);
    const client = await EventStreamClient.open(t, server, "channels=a,plain,b&since=,,last:1");
    await client.next("message");
    await eventually("the positions are known", () =>
      new RegExp(`^${epoch}:0,,${epoch}:1;[\\w-]+;[\\w-]+$`).test(client.lastEventId),
    );
    await server.push("a", 1);
    await client.next("message");
    await eventually("the id has moved", () => client.lastEventId.startsWith(`${epoch}:1,,${epoch}:1;`));
    assert.ok(!client.text.includes((await firstSession(client)) + ";"), "the secret is in no id");
  });

  test("is at each message right after it has come", async (t) => {
    const server = await startTestServer(t);
    const client = await EventStreamClient.open(t, server, "channels=news");
    await client.next("subscribed");
    for (let count = 1; count <= 10; count += 1) {
      await server.push("news", count);
      await client.next("message");
      await eventually(
        "an id has come",
        () => client.lastEventId.split(";")[0]?.endsWith(`:${count}`) === true,
      );
    }
    const ids = [...client.text.matchAll(/^id: [\w-]+:(\d+);/gm)].map(([, offset]) => Number(offset));
    assert.equal(ids.at(-1), 10);
    assert.equal(new Set(ids).size, 11, "one for each message, and one for the start");
  });

  test("goes on after the last event id, with nothing lost or repeated, in the same session", async (t) => {
    const server = await startTestServer(t);
    const first = await EventStreamClient.open(t, server, "channels=news&since=earliest");
    const { connection } = await first.connected();
    await server.push("news", 1);
    await first.next("message");
    await eventually("the id has moved", () => first.lastEventId.includes(":1;"));
    first.cut();
    await server.push("news", 2);
    const headers = { "last-event-id": first.lastEventId };
    const second = await EventStreamClient.open(t, server, "channels=news&since=earliest", headers);
    assert.equal((await second.connected()).connection, connection, "it is the same session");
    assert.equal((await second.next("subscribed")).recovered, true);
    assert.equal((await second.next("message")).data, 2);
    second.cut();
    await server.push("news", 3);
    const query = `channels=news&lastEventId=${encodeURIComponent(second.lastEventId)}`;
    const third = await EventStreamClient.open(t, server, query);
    assert.equal((await third.next("message")).data, 3);
  });

  test("continues a session from another transport, which is told so", async (t) => {
    const server = await startTestServer(t);
    const socket = await NativeClient.open(t, server, "channels=news");
    const { session, connection } = await socket.connected();
    const client = await EventStreamClient.open(t, server, "channels=news", { "tidewire-session": session });
    assert.equal((await socket.closed).code, 4409);
    assert.equal((await client.connected()).connection, connection);
  });
});

describe("an event stream is refused", () => {
  test("with a clear error for an id that is none, whatever stands in it", async (t) => {
    const server = await startTestServer(t);
    const statusOf = async (id: string): Promise<number> => {
      const gone = new AbortController();
      const headers = { "last-event-id": id };
      const answer = await fetch(`${server.url}/events?channels=a,b`, { headers, signal: gone.signal });
      if (answer.status === 400) {
        const { error } = Object(await answer.json());
        assert.equal(error.code, "invalid_since", id);
      }
      gone.abort();
      return answer.status;
    };
    for (const id of [
      "k3:1",
      "k3:1,k3:2,k3:3",
      "k3:-1,k3:1",
      "k3:1,;",
      "a;b;c;d",
      ",;conn",
      "%00,%00",
      "é,é",
    ]) {
      assert.equal(await statusOf(id), 400, id);
    }
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[ -~]{1,40}$/), async (id) => {
        assert.ok([200, 400].includes(await statusOf(id.trim())), id);
      }),
      { numRuns: 50 },
    );
    assert.equal(await statusOf("k3:1,last:3;conn;hash"), 200, "an id of a session that nobody knows");
  });

  test("with the session's end, also for an EventSource that only has its id", async (t) => {
    const server = await startTestServer(t);
    const client = await EventStreamClient.open(t, server, "channels=news&user=ann");
    await client.next("subscribed");
    await eventually("there is an id", () => client.lastEventId !== "");
    const before = client.lastEventId;
    await server.api("POST", "/api/users/ann/disconnect", {});
    await client.next("disconnect");
    await client.ended();
    assert.notEqual(client.lastEventId, before, "the last id says that it is over");
    for (const id of [before, client.lastEventId]) {
      const answer = await fetch(`${server.url}/events?channels=news&user=ann`, {
        headers: { "last-event-id": id },
      });
      assert.equal(answer.status, 403, id);
      assert.equal(Object(await answer.json()).error.code, "session_refused");
    }
  });

  test("when the session went on elsewhere, and the stream was told to stay away", async (t) => {
    const server = await startTestServer(t);
    const client = await EventStreamClient.open(t, server, "channels=news");
    const { session } = await client.connected();
    await client.next("subscribed");
    const socket = await NativeClient.open(t, server);
    socket.send({ type: "connect", session });
    await client.ended();
    const headers = { "last-event-id": client.lastEventId };
    const answer = await fetch(`${server.url}/events?channels=news`, { headers });
    assert.equal(answer.status, 403);
    assert.equal(socket.isClosed, false, "the session is where it went");
  });

  test("to somebody who is banned, each time, and the log says it once", async (t) => {
    const server = await startTestServer(t, { logLevel: "warn" });
    await server.api("PUT", "/api/users/ann/ban", { reason: "spam" });
    for (let count = 0; count < 10; count += 1) {
      for (const path of ["/events?user=ann", "/poll?user=ann"]) {
        const answer = await fetch(server.url + path);
        assert.equal(answer.status, 403);
        assert.deepEqual(await answer.json(), { error: { code: "banned", message: "spam" } });
      }
    }
    assert.equal((await server.logLines("connection.refused")).length, 2, "one at each door");
  });

  test("to methods other than GET, and to users that cannot be", async (t) => {
    const server = await startTestServer(t);
    for (const method of ["HEAD", "POST", "DELETE"]) {
      const answer = await fetch(`${server.url}/events`, { method });
      assert.deepEqual([answer.status, answer.headers.get("allow")], [405, "GET, OPTIONS"]);
    }
    const nobody = await fetch(`${server.url}/events?user=`);
    assert.equal(nobody.status, 400);
    assert.equal((await server.api("GET", "/api/info")).body["connections"], 0);
  });

  test("while an earlier one on its own connection goes on", async (t) => {
    const server = await startTestServer(t);
    const socket = connect(server.port, "127.0.0.1");
    t.after(() => socket.destroy());
    socket.on("error", () => {});
    socket.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(3));
    socket.resume();
    const connections = async (): Promise<unknown> =>
      (await server.api("GET", "/api/info")).body["connections"];
    await eventually("the first one is open", async () => (await connections()) === 1);
    socket.destroy();
    await eventually("nothing is left of it", async () => (await connections()) === 0);
  });

  test("but not for asking too much: what is within the limits comes", async (t) => {
    const server = await startTestServer(t);
    const names = Array.from({ length: 1000 }, (_, index) => `c${index}`);
    const client = await EventStreamClient.open(t, server, `channels=${names.join()}`);
    for (let count = 0; count < 800; count += 1) {
      assert.equal((await client.next("error")).code, "limit_exceeded");
    }
    await eventually("the others are subscribed", () => {
      return client.frames.filter(({ type }) => type === "subscribed").length === 200;
    });
    await server.push("c199", 1);
    await client.next("message");
  });
});

async function firstSession(client: EventStreamClient): Promise<string> {
  const connected = client.frames.find((push) => push.type === "connected");
  assert.ok(connected?.type === "connected");
  return connected.session;
}
