import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../support/deadline.ts";
import { hitsOf, loggedOnce } from "../support/limit-hits.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer } from "../support/start-test-server.ts";

async function refusedSubscription(client: NativeClient, id: number, channel: string): Promise<string> {
  client.send({ type: "subscribe", id, channel });
  const { code, message } = await client.answer("error", id);
  assert.equal(code, "limit_exceeded");
  return message;
}

describe("limits on what clients subscribe to", () => {
  test("one subscription too many of a connection is refused; another connection has its own count", async (t) => {
    const settings = { sessions: { maxSubscriptions: 1 } };
    const server = await startTestServer(t, { settings, logLevel: "warn" });
    const client = await NativeClient.open(t, server, "channels=one");
    await client.next("subscribed");
    assert.match(await refusedSubscription(client, 1, "two"), /at most 1 subscription/);
    await (await NativeClient.open(t, server, "channels=two")).next("subscribed");
    assert.equal((await loggedOnce(server, "subscriptions"))["channel"], "two");
    assert.equal(await hitsOf(server, "subscriptions"), 1);
  });

  test("one channel too many on the node is refused until another is left; channels in use stay open to all", async (t) => {
    const server = await startTestServer(t, { settings: { limits: { maxChannels: 2 } }, logLevel: "warn" });
    const client = await NativeClient.open(t, server, "channels=one,two");
    await client.next("subscribed");
    await client.next("subscribed");
    const other = await NativeClient.open(t, server, "channels=two");
    await other.next("subscribed");
    assert.match(await refusedSubscription(other, 1, "three"), /as many channels/);
    await loggedOnce(server, "channels");
    assert.equal(await hitsOf(server, "channels"), 1);
    await server.push("three", "a backend is not limited");
    client.send({ type: "unsubscribe", channel: "one" });
    await client.next("unsubscribed");
    let id = 1;
    await eventually("room for another channel", async () => {
      other.send({ type: "subscribe", id: (id += 1), channel: "three" });
      return (await other.until((push) => "id" in push && push.id === id, "an answer")).type === "subscribed";
    });
  });

  test("one too many in a channel's presence is refused; those in it, and the other channels, go on", async (t) => {
    const settings = { limits: { presenceMembers: 2 }, channels: [{ match: "room.*", presence: true }] };
    const server = await startTestServer(t, { settings, logLevel: "warn" });
    const ann = await NativeClient.open(t, server, "channels=room.1&user=ann");
    const { session } = await ann.connected();
    await ann.next("presence");
    const bob = await NativeClient.open(t, server, "channels=room.1&user=bob");
    await bob.next("presence");
    const eve = await NativeClient.open(t, server, "channels=news&user=eve");
    await eve.next("subscribed");
    assert.match(await refusedSubscription(eve, 1, "room.1"), /presence of this channel is full/);
    eve.send({ type: "subscribe", channel: "room.2" });
    await eve.next("presence");
    const { user, channel } = await loggedOnce(server, "presence_size");
    assert.deepEqual([user, channel], ["eve", "room.1"]);
    assert.equal(await hitsOf(server, "presence_size"), 1);
    ann.socket.terminate();
    const again = await NativeClient.open(t, server);
    again.send({ type: "connect", user: "ann", session, subscriptions: { "room.1": {} } });
    assert.equal((await again.next("presence")).members.length, 2, "who comes back has its place still");
    await server.push("room.1", "on");
    assert.equal((await bob.next("message")).data, "on");
  });
});
