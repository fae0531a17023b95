import assert from "node:assert/strict";
import { test } from "node:test";
import { NativeClient } from "../support/native-client.ts";
import { startTransport } from "../support/start-transport.ts";

/** Several pages of a catch-up, each larger than what a socket holds back for. */
const MESSAGES = 60;
const DATA_JSON = JSON.stringify("x".repeat(10_000));

test("a client gets a backlog of many pages, however readily its socket takes them", async (t) => {
  const transport = await startTransport(t);
  for (let count = 0; count < MESSAGES; count += 1) {
    const published = await transport.domain.publishing.publish({
      channel: "news",
      dataJson: DATA_JSON,
      id: null,
      key: null,
      priority: null,
      exclude: null,
      from: { kind: "api" },
      door: "http",
    });
    assert.ok(published.ok);
  }
  const client = await NativeClient.open(t, transport, "channels=news&since=earliest");
  const messages = await client.messages(MESSAGES);
  assert.deepEqual(
    messages.map((message) => message.offset),
    Array.from({ length: MESSAGES }, (_, index) => index + 1),
  );
  assert.equal((await client.next("position")).offset, MESSAGES);
});
