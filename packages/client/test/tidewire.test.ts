import assert from "node:assert/strict";
import { test } from "node:test";
import { Tidewire } from "@tidewire/client";
import { WebSocket } from "ws";
import { ScriptedServer } from "./support/scripted-server.ts";

test("a client over a real socket connects, subscribes, receives and publishes", async (t) => {
  const server = await ScriptedServer.start(t);
  const client = new Tidewire(server.url, { webSocket: WebSocket, user: "u1" });
  t.after(() => client.close());
  const messages = client.subscribe("news", { since: "earliest" }).messages();
  const peer = await server.accept();
  const connect = await peer.welcome();
  assert.equal(connect.user, "u1");
  assert.deepEqual(connect.subscriptions, { news: { since: "earliest" } });
  peer.send({ type: "subscribed", channel: "news", epoch: "e", offset: 1, recovered: true, deliver: "all" });
  peer.send({
    type: "message",
    channel: "news",
    epoch: "e",
    offset: 1,
    id: "m1",
    time: 1,
    from: { api: true },
    data: "hi",
  });
  const first = await messages.next();
  assert.equal(first.value?.data, "hi");
  assert.deepEqual(client.state, { status: "live", connection: "c1", user: undefined });

  const published = client.publish("news", { text: "yo" }, { messageId: "mine" });
  const publish = await peer.next("publish");
  assert.deepEqual(publish.data, { text: "yo" });
  peer.send({
    type: "published",
    id: publish.id ?? 0,
    channel: "news",
    epoch: "e",
    offset: 2,
    messageId: "mine",
    duplicate: false,
  });
  assert.equal((await published).offset, 2);

  client.close();
  assert.equal(await peer.closed(), 1000, "the server hears that the session is over");
  assert.deepEqual(await messages.next(), { done: true, value: undefined });
});
