import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { eventually } from "../support/deadline.ts";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { errorCode, LineClient, pushLine } from "../support/line-client.ts";
import { NativeClient } from "../support/native-client.ts";
import { poll, PollClient } from "../support/poll-client.ts";
import { sendCommand } from "../support/send-command.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const DELAY_MS = 120;
/** More than a WebSocket is forgiven of its own mistakes. */
const MANY = 200;

/** Keeps the event loop of this process, which is the server's, as busy as a load that it cannot bear does; gives the end of it. */
function keepBusy(t: TestContext): () => void {
  let turn = setImmediate(spin);
  function spin(): void {
    const untilMs = performance.now() + DELAY_MS * 1.25;
    while (performance.now() < untilMs) {
      // Nothing else happens in this process meanwhile.
    }
    turn = setImmediate(spin);
  }
  const stop = (): void => clearImmediate(turn);
  t.after(stop);
  return stop;
}

async function level(server: TestServer): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^tidewire_overload_level (\S+)$/m.exec(text)?.[1]);
}

describe("a server with more to do than it can", () => {
  test("refuses what is new on every door, goes on with who is there, and is back when the load ends", async (t) => {
    const limits = { overloadDelayMs: DELAY_MS };
    const server = await startTestServer(t, { settings: { limits }, logLevel: "info" });
    const { key } = server.apiKey;
    const ann = await NativeClient.open(t, server, "channels=news&user=ann");
    await ann.next("subscribed");
    const bob = await NativeClient.open(t, server, "channels=news&user=bob");
    await bob.next("subscribed");
    const stream = await EventStreamClient.open(t, server, "channels=news&user=eve");
    const { session } = await stream.connected();
    const poller = PollClient.open(t, server, "channels=news");
    await poller.next("subscribed");
    const backend = await LineClient.open(t, server);
    const endLoad = keepBusy(t);
    await eventually("an overload that refuses most", async () => (await level(server)) > 0.9);

    // New connections: every one of them.
    await assert.rejects(NativeClient.open(t, server), /503/);
    const newcomer = await poll(server, { channels: "news" });
    assert.deepEqual([newcomer.status, /overloaded/.test(newcomer.text)], [503, true]);
    const turnedBack = await EventStreamClient.open(t, server, "channels=news");
    const { code, reconnect, retryAfterMs } = await turnedBack.next("disconnect");
    assert.deepEqual([code, reconnect, retryAfterMs >= 1000], [4003, true, true]);

    // Publishes: most of them, and each is told when to come again.
    await eventually("a refusal over HTTP", async () => {
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      const url = `${server.url}/api/channels/other/messages`;
      const answer = await fetch(url, { method: "POST", headers, body: '{"data":1}' });
      if (answer.status !== 503) return false;
      assert.match(await answer.text(), /"code":"overloaded"/);
      assert.ok(Number(answer.headers.get("retry-after")) >= 1);
      return true;
    });
    const tcp: unknown[] = [];
    for (let line = 0; line < MANY; line += 1) backend.send(pushLine(key, "other", line));
    for (let line = 0; line < MANY; line += 1) tcp.push(errorCode(await backend.line()));
    assert.ok(tcp.includes("overloaded") && tcp.includes(undefined), "most are refused, and some are taken");
    for (let id = 1; id <= MANY; id += 1) ann.send({ type: "publish", id, channel: "other", data: id });
    const error = await ann.next("error");
    assert.deepEqual(
      [error.code, error.retryable, (error.retryAfterMs ?? 0) >= 1000],
      ["overloaded", true, true],
    );
    await eventually("a refused command", async () => {
      const command = { type: "publish", id: 1, channel: "other", data: 1 };
      return (await sendCommand(server, session, command)).status === 503;
    });

    // What goes on: deliveries over every transport, kicks, answers to those who are not refused, health.
    await eventually("a publish that is taken", async () => {
      backend.send(pushLine(key, "news", "still here"));
      return errorCode(await backend.line()) === undefined;
    });
    for (const client of [ann, bob, stream, poller]) {
      const message = await client.next("message");
      assert.deepEqual([message.channel, message.data], ["news", "still here"]);
    }
    const kick = await server.api("POST", "/api/users/bob/disconnect", {});
    assert.equal(kick.status, 200);
    assert.equal((await bob.next("disconnect")).code, 4400);
    backend.send(`${JSON.stringify({ from: "api", key, action: "ban", user: "eve", for: "1h" })}\n`);
    assert.equal(errorCode(await backend.line()), undefined);
    assert.equal((await stream.next("disconnect")).code, 4403);
    const ready = await server.api("GET", "/ready");
    assert.match(JSON.stringify(ready.body), /"name":"load","ok":false/);
    assert.equal((await server.api("GET", "/health")).status, 200);
    await ann.settled();

    endLoad();
    await eventually("the end of the overload", async () => (await level(server)) === 0);
    await server.push("other", "again");
    await NativeClient.open(t, server);
    await eventually(
      "the line about its end",
      async () => (await server.logLines("overload.ended")).length > 0,
    );
    const [began] = await server.logLines("overload.began");
    const [ended] = await server.logLines("overload.ended");
    assert.equal(began?.["setting"], "limits.overloadDelayMs");
    assert.ok(Number(ended?.["publishes"]) > MANY / 2 && Number(ended?.["connections"]) >= 3);
    assert.deepEqual(await server.logLines("api.refused"), [], "a flood of refusals is no flood of lines");
  });

  test("refuses nothing where that is off", async (t) => {
    const limits = { overloadDelayMs: "off", overloadPublishes: "off" };
    const server = await startTestServer(t, { settings: { limits } });
    const endLoad = keepBusy(t);
    for (let turns = 0; turns < 6; turns += 1) await server.push("news", turns);
    await NativeClient.open(t, server);
    endLoad();
  });
});
