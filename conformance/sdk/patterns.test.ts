import assert from "node:assert/strict";
import { test } from "node:test";
import { proxyFor } from "../support/proxy/fault-proxy.ts";
import { clientOf, Collected, stateOf } from "./support/clients.ts";
import { callApi, serverFor } from "./support/start-server.ts";
import { StubbornProxy } from "./support/stubborn-proxy.ts";

const RULES = { channels: [{ match: "stock.**", patterns: true }] };

/** Publishes numbers to channels that come up one after the other, and cuts the connection off now and then. */
async function publishWhile(
  server: Parameters<typeof callApi>[0],
  cut: () => void,
): Promise<ReadonlyMap<string, number[]>> {
  const published = new Map<string, number[]>();
  for (let n = 1; n <= 120; n += 1) {
    const channel = `stock.${n % (1 + Math.floor(n / 12))}`;
    await callApi(server, "POST", `/channels/${channel}/messages`, { data: n });
    published.set(channel, [...(published.get(channel) ?? []), n]);
    if (n % 20 === 0) cut();
  }
  return published;
}

function byChannel(heard: Collected): ReadonlyMap<string, unknown[]> {
  const channels = new Map<string, unknown[]>();
  for (const { channel, data } of heard.messages) {
    channels.set(channel, [...(channels.get(channel) ?? []), data]);
  }
  return channels;
}

test("whoever is cut off again and again has every message of every channel once, in order, new channels too", async (t) => {
  const server = await serverFor(t, RULES);
  const proxy = await proxyFor(t, server.port);
  const client = clientOf(t, proxy.url, { user: "ann" });
  const heard = new Collected(client.subscribe("stock.*"));
  const byName = new Collected(client.subscribe("stock.0"));
  await client.subscribe("stock.*").ready();
  await client.subscribe("stock.0").ready();
  const published = await publishWhile(server, () => proxy.reset());
  await heard.until(120);
  await stateOf(client, "live");
  assert.deepEqual(byChannel(heard), published);
  assert.deepEqual(byName.data, published.get("stock.0"), "and whoever has one of them by its name, too");
});

test("so it is where WebSocket does not pass", async (t) => {
  const server = await serverFor(t, RULES);
  const proxy = await StubbornProxy.start(t, server.port, { upgrades: "refused" });
  const client = clientOf(t, proxy.url, { user: "ann", connectTimeoutMs: 500 });
  const heard = new Collected(client.subscribe("stock.*"));
  await client.subscribe("stock.*").ready();
  const published = await publishWhile(server, () => proxy.cut());
  await heard.until(120);
  assert.deepEqual(byChannel(heard), published);
});

test("a pattern that the rules do not allow is refused, and one that is left brings nothing more", async (t) => {
  const server = await serverFor(t, RULES);
  const client = clientOf(t, server.url, { user: "ann" });
  const all = client.subscribe("**");
  all.on("error", () => {});
  await assert.rejects(all.ready(), { code: "permission_denied" });
  const stock = client.subscribe("stock.*");
  const heard = new Collected(stock);
  const other = new Collected(client.subscribe("other"));
  await Promise.all([stock.ready(), client.subscribe("other").ready()]);
  await callApi(server, "POST", "/channels/stock.A/messages", { data: 1 });
  await heard.until(1);
  stock.unsubscribe();
  await callApi(server, "POST", "/channels/stock.A/messages", { data: 2 });
  await callApi(server, "POST", "/channels/other/messages", { data: 3 });
  await other.until(1);
  assert.deepEqual(heard.data, [1]);
});
