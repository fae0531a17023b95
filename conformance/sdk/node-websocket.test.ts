import assert from "node:assert/strict";
import { test } from "node:test";
import { hostEnvironment, Tidewire } from "@tidewire/client";
import { Collected } from "./support/clients.ts";
import { serverFor } from "./support/start-server.ts";

test("a Node without WebSocket uses the engine's own client", async (t) => {
  const server = await serverFor(t);
  const environment = { ...hostEnvironment(), webSocket: undefined };
  const client = new Tidewire(server.url, { user: "ann", fallback: false }, environment);
  t.after(() => client.close());
  const heard = new Collected(client.subscribe("news"));
  await client.subscribe("news").ready();
  await client.publish("news", "hi");
  await heard.until(1);
  assert.deepEqual(heard.data, ["hi"]);
});
