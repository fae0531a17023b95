import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { TRANSPORTS } from "../transport/transport-clients.ts";

const KB = 1024;
const TEXT = "x".repeat(KB);
const COUNT = 100;

/** Publishes numbered messages of a bit more than a kilobyte to each of the channels, in turns. */
async function pushNumbers(server: TestServer, channels: readonly string[], from: number, to: number) {
  const messages = Array.from({ length: to - from }, (_, index) =>
    channels.map((channel) => ({ channel, data: { number: from + index, text: TEXT } })),
  );
  const { status } = await server.api("POST", "/api/publish", { messages: messages.flat() });
  assert.equal(status, 200);
}

for (const transport of TRANSPORTS) {
  test(`over ${transport.name}, a limited connection is never sent more, and its channels take turns`, async (t) => {
    const settings = { limits: { bandwidthPerConnection: "100KB/s" }, sessions: { graceMs: "1m" } };
    const server = await startTestServer(t, { settings });
    await pushNumbers(server, ["a", "b"], 0, COUNT);
    const startMs = performance.now();
    const channels = { a: "earliest", b: "earliest" } as const;
    const { reader } = await transport.open(t, server, { channels });
    const numbers: { readonly [channel: string]: unknown[] } = { a: [], b: [] };
    const { a = [], b = [] } = numbers;
    let bytes = 0;
    while (a.length + b.length < 2 * (COUNT + 20)) {
      const message = await reader.next("message");
      numbers[message.channel]?.push(Object(message.data).number);
      bytes += JSON.stringify(message).length;
      // A burst of one second to begin with, and a page that may be under way.
      const allowed = 100 * KB * (1 + (performance.now() - startMs) / 1000) + 25 * KB + 2 * KB;
      assert.ok(bytes <= allowed, `${bytes} bytes have come, ${Math.round(allowed)} may`);
      if (a.length === 1 && b.length === 0) await pushNumbers(server, ["a", "b"], COUNT, COUNT + 20);
      const ahead = Math.abs(a.length - b.length);
      assert.ok(ahead <= 2 * 25, `one channel is ${ahead} messages ahead of the other`);
    }
    const all = Array.from({ length: COUNT + 20 }, (_, index) => index);
    assert.deepEqual([a, b], [all, all], "nothing is lost, and each channel is in order");
  });
}

describe("a connection that has had its bandwidth", () => {
  test("hears pongs and answers at once, and why it is sent away; the log says what limit it met", async (t) => {
    const settings = { limits: { bandwidthPerConnection: "10KB/s" } };
    const server = await startTestServer(t, { settings, logLevel: "warn" });
    const client = await NativeClient.open(t, server, "channels=news&user=ann");
    await client.next("subscribed");
    // The first ones may still be sent; most of them must wait.
    for (let sent = 0; sent < COUNT; sent += 5) await pushNumbers(server, ["news"], sent, sent + 5);
    const heard = (): number => client.frames.filter(({ type }) => type === "message").length;
    await client.settled();
    client.send({ type: "history", id: 1, channel: "news", limit: 1 });
    await client.answer("history", 1);
    await server.api("POST", "/api/users/ann/disconnect", { reason: "enough" });
    assert.equal((await client.next("disconnect")).reason, "enough");
    await client.closed;
    assert.ok(heard() < COUNT, `${heard()} messages came in no time`);
    const [line] = await server.logLines("limit.reached");
    assert.deepEqual([line?.["limit"], line?.["setting"]], ["bandwidth", "limits.bandwidthPerConnection"]);
  });

  test("without history, what it may not be sent is dropped and counted", async (t) => {
    const settings = {
      channels: [{ match: "plain", history: "off" }],
      limits: { bandwidthPerConnection: "20KB/s" },
    };
    const server = await startTestServer(t, { settings });
    const client = await NativeClient.open(t, server, "channels=plain");
    await client.next("subscribed");
    let published = 0;
    let dropped = 0;
    let heard = 0;
    while (dropped === 0) {
      await pushNumbers(server, ["plain"], published, published + 5);
      published += 5;
      for (const frame of await client.settled()) {
        if (frame.type !== "message") continue;
        heard += 1;
        dropped += frame.dropped ?? 0;
        if (frame.dropped !== undefined) assert.equal(heard + dropped, Object(frame.data).number + 1);
      }
    }
  });
});
