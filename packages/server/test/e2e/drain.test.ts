import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { within } from "../support/deadline.ts";
import { LineClient, pushLine } from "../support/line-client.ts";
import { NativeClient, refusedHandshake } from "../support/native-client.ts";
import { startTestServer } from "../support/start-test-server.ts";

describe("stopping", () => {
  test("tells every client to come back, with the delays spread, and then closes", async (t) => {
    const server = await startTestServer(t, { settings: { drainMs: "5s" } });
    const clients = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        NativeClient.open(t, server, index % 2 === 0 ? "" : "channels=news"),
      ),
    );
    for (const [index, client] of clients.entries()) if (index % 2 === 1) await client.next("subscribed");
    const stopped = server.stop();
    const delays = new Set<number>();
    for (const client of clients) {
      const disconnect = await client.next("disconnect");
      assert.deepEqual([disconnect.code, disconnect.reconnect], [4000, true]);
      assert.ok(disconnect.retryAfterMs >= 0 && disconnect.retryAfterMs <= 10_000);
      delays.add(disconnect.retryAfterMs);
      assert.equal((await client.closed).code, 4000);
      assert.equal(client.frames.at(-1)?.type, "disconnect");
    }
    assert.ok(delays.size > 5, `the delays are ${[...delays].join()}`);
    await within(stopped, "the stop");
    await assert.rejects(NativeClient.open(t, server, "channels=news"), "nobody is listening any more");
  });

  test("finishes although a client never answers, and although one is half-open", async (t) => {
    const server = await startTestServer(t, { settings: { drainMs: "300ms" } });
    const deaf = await NativeClient.open(t, server, "channels=news");
    await deaf.next("subscribed");
    deaf.socket.pause();
    const half = await LineClient.open(t, server);
    const idle = await LineClient.open(t, server);
    idle.send(pushLine(server.apiKey.key, "news", 1));
    await idle.line();
    half.send("{");
    await within(server.stop(), "the stop");
  });

  test("what was published before is answered, stored and still there after the restart", async (t) => {
    const server = await startTestServer(t, { engine: "lmdb" });
    const backend = await LineClient.open(t, server);
    backend.send(pushLine(server.apiKey.key, "news", "a") + pushLine(server.apiKey.key, "news", "b"));
    assert.equal((await backend.line())["offset"], 1);
    const stopped = server.stop();
    assert.equal((await backend.line())["offset"], 2);
    await backend.ended;
    backend.socket.end();
    await within(stopped, "the stop");
  });

  test("stopping twice is stopping once", async (t) => {
    const server = await startTestServer(t);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    await assert.rejects(refusedHandshake(server, "/connect"));
  });
});
