import assert from "node:assert/strict";
import { test } from "node:test";
import { proxyFor } from "../support/proxy/fault-proxy.ts";
import { clientOf, Collected, stateOf } from "./support/clients.ts";
import { callApi, serverFor } from "./support/start-server.ts";

const KEYS = ["a", "b", "c", "d", "e"];

function rule(maxRate: number): Readonly<Record<string, unknown>> {
  return { channels: [{ match: "stock", deliver: "latest", maxRate }] };
}

test("whoever is cut off again and again has the last value of each key in the end, and had none twice", async (t) => {
  const server = await serverFor(t, rule(50));
  const proxy = await proxyFor(t, server.port);
  const client = clientOf(t, proxy.url, { user: "ann" });
  const heard = new Collected(client.subscribe("stock"));
  await client.subscribe("stock").ready();
  assert.equal(client.subscribe("stock").deliver, "latest");
  const last = new Map<string, number>();
  for (let n = 1; n <= 200; n += 1) {
    const key = KEYS[(n * n) % KEYS.length] ?? "a";
    await callApi(server, "POST", "/channels/stock/messages", { data: n, key });
    last.set(key, n);
    if (n % 25 === 0) proxy.reset();
  }
  await stateOf(client, "live");
  const values = (): Map<string, unknown> => new Map(heard.messages.map(({ key = "", data }) => [key, data]));
  while ([...last].some(([key, n]) => values().get(key) !== n)) await heard.until(heard.messages.length + 1);
  for (const key of KEYS) {
    const offsets = heard.messages.flatMap((message) => (message.key === key ? [message.offset ?? 0] : []));
    assert.deepEqual(
      offsets,
      [...new Set(offsets)].toSorted((a, b) => a - b),
      `${key}: in order, none twice`,
    );
  }
});

test("a slower rate is asked for with the subscription, and a faster one while it runs", async (t) => {
  const server = await serverFor(t, rule(100));
  const client = clientOf(t, server.url, { user: "ann" });
  const stock = client.subscribe("stock", { maxRate: 0.01 });
  const heard = new Collected(stock);
  const other = new Collected(client.subscribe("other"));
  await Promise.all([stock.ready(), client.subscribe("other").ready()]);
  const push = (channel: string, data: unknown): Promise<unknown> =>
    callApi(server, "POST", `/channels/${channel}/messages`, { data });
  await push("stock", "first");
  await heard.until(1);
  await push("stock", "second");
  await push("stock", "third");
  await push("other", "later");
  await other.until(1);
  assert.deepEqual(heard.data, ["first"], "the next one is due in a hundred seconds");
  stock.setRate(50);
  await heard.until(2);
  assert.deepEqual(heard.data, ["first", "third"]);
});
