import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually, within } from "../support/deadline.ts";
import { API_KEY, startHost } from "../support/start-host.ts";

const HERE = "http://localhost:3000";
const AUTHORIZED = { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" };

async function read(reader: ReadableStreamDefaultReader<Uint8Array>, until: RegExp): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  while (!until.test(text)) {
    const { done, value } = await within(reader.read(), `${until} in ${text}`);
    if (done) throw new Error(`the stream ended: ${text}`);
    text += decoder.decode(value, { stream: true });
  }
  return text;
}

describe("requests that come as objects", () => {
  test("are answered by the API", async (t) => {
    const { tidewire } = await startHost(t);
    const published = await tidewire.fetch(
      new Request(`${HERE}/tidewire/api/channels/news/messages`, {
        method: "POST",
        headers: AUTHORIZED,
        body: JSON.stringify({ data: "x".repeat(50_000) }),
      }),
    );
    assert.equal(published.status, 201);
    const { offset } = await published.json();
    assert.equal(offset, 1);
    const url = `${HERE}/tidewire/api/channels/news/messages?since=earliest`;
    const history = await tidewire.fetch(new Request(url, { headers: AUTHORIZED }));
    assert.match(history.headers.get("content-type") ?? "", /^application\/json/);
    assert.equal(history.headers.has("transfer-encoding"), false);
    assert.equal((await history.json()).messages[0].data.length, 50_000);
  });

  test("are refused as they would be over the network", async (t) => {
    const { tidewire } = await startHost(t);
    const answer = async (path: string, init?: RequestInit): Promise<number> =>
      (await tidewire.fetch(new Request(HERE + path, init))).status;
    assert.equal(await answer("/tidewire/api/info"), 401);
    assert.equal(await answer("/tidewire/nothing"), 404);
    assert.equal(await answer("/other"), 404);
    assert.equal(await answer("/tidewire/command", { method: "OPTIONS" }), 204);
    assert.equal(await answer("/tidewire/health", { method: "HEAD" }), 200);
    const foreign = new Request("http://rebound.example/tidewire/events?channels=news");
    assert.equal((await tidewire.fetch(foreign)).status, 403);
    const far = new Request(`${HERE}/tidewire/events?channels=news`);
    assert.equal((await tidewire.fetch(far, { address: "192.0.2.1" })).status, 403);
  });

  test("hold event streams, whose client is gone when the body is cancelled", async (t) => {
    const { tidewire } = await startHost(t, { settings: { sessions: { graceMs: 0 } } });
    const response = await tidewire.fetch(new Request(`${HERE}/tidewire/events?channels=news`));
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const reader = response.body!.getReader();
    await read(reader, /"type":"subscribed"/);
    await tidewire.publish("news", { text: "hi" });
    await read(reader, /"data":\{"text":"hi"\}/);
    assert.equal(tidewire.info().connections, 1);
    await reader.cancel();
    await eventually("nobody is connected", () => tidewire.info().connections === 0);
  });

  test("end their event stream when they are aborted", async (t) => {
    const { tidewire } = await startHost(t);
    const aborting = new AbortController();
    const { signal } = aborting;
    const response = await tidewire.fetch(new Request(`${HERE}/tidewire/events?channels=news`, { signal }));
    await read(response.body!.getReader(), /subscribed/);
    aborting.abort();
    await eventually("nobody is connected", () => tidewire.info().connections === 0);
    await assert.rejects(tidewire.fetch(new Request(`${HERE}/tidewire/health`, { signal })));
  });

  test("hold a slow reader's stream in bounds: it catches up and misses nothing", async (t) => {
    const { tidewire } = await startHost(t, { settings: { limits: { outboxBytes: "64KB" } } });
    const response = await tidewire.fetch(new Request(`${HERE}/tidewire/events?channels=news`));
    const reader = response.body!.getReader();
    await read(reader, /subscribed/);
    const data = "x".repeat(10_000);
    for (let i = 1; i <= 60; i++) await tidewire.publish("news", { i, data });
    const text = await read(reader, /"i":60,/);
    const numbers = [...text.matchAll(/"i":(\d+),/g)].map(([, number]) => Number(number));
    assert.deepEqual(
      numbers,
      Array.from({ length: 60 }, (_, i) => i + 1),
    );
  });

  test("end with the server, and are refused afterwards", async (t) => {
    const { tidewire } = await startHost(t);
    const response = await tidewire.fetch(new Request(`${HERE}/tidewire/events?channels=news`));
    const text = response.text();
    await tidewire.close();
    assert.match(await within(text, "the end of the stream"), /"code":4000/);
    assert.equal((await tidewire.fetch(new Request(`${HERE}/tidewire/health`))).status, 503);
  });
});
