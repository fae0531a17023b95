import assert from "node:assert/strict";
import { test } from "node:test";
import { TidewireError } from "@tidewire/client";
import { SECRET, startBackend } from "../../packages/server/test/support/backend-server.ts";
import { clientOf, Collected, stateOf } from "./support/clients.ts";
import { serverFor } from "./support/start-server.ts";

test("a client calls the backend, and reads its word when it says no", async (t) => {
  const backend = await startBackend(t, ({ json }) => {
    if (json["hook"] === "connect") return { allow: true, user: json["token"] };
    if (json["hook"] === "publish") return { allow: true, data: "changed" };
    return json["method"] === "todo.add"
      ? { allow: true, data: { id: 7 } }
      : { allow: false, reason: "unknown_method", message: "There is no such method." };
  });
  const hook = { url: backend.url };
  const server = await serverFor(t, {
    hooks: { connect: hook, publish: hook, rpc: hook, secrets: [SECRET] },
    channels: [{ match: "chat.*", publish: "hook" }],
  });
  const client = clientOf(t, server.url, { token: "ann" });
  assert.deepEqual(await client.rpc("todo.add", { text: "milk" }), { id: 7 });
  const heard = new Collected(client.subscribe("chat.1"));
  await client.publish("chat.1", "sent");
  await heard.until(1);
  assert.deepEqual(heard.data, ["changed"]);
  await assert.rejects(client.rpc("todo.lose"), (error) => {
    assert.ok(error instanceof TidewireError);
    const { code, reason, message, retryable } = error;
    assert.deepEqual(
      [code, reason, message, retryable],
      ["permission_denied", "unknown_method", "There is no such method.", false],
    );
    return true;
  });
});

test("a client that the backend turns away stays away, and comes back when the backend only could not answer", async (t) => {
  const backend = await startBackend(t, () => 500);
  const server = await serverFor(t, { hooks: { connect: { url: backend.url }, secrets: [SECRET] } });
  const patient = clientOf(t, server.url, { token: "ann" });
  const live = stateOf(patient, "live");
  await backend.received(2);
  backend.answer = () => ({ allow: true, user: "ann" });
  await live;

  backend.answer = () => ({ allow: false, message: "You have left the company." });
  const refused = clientOf(t, server.url, { token: "bob" });
  refused.on("error", () => {});
  const { code, reason } = await stateOf(refused, "closed");
  assert.deepEqual([code, reason], ["permission_denied", "You have left the company."]);
});
