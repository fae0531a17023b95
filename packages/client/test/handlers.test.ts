import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message, TidewireError } from "@tidewire/client";
import { message, subscribed } from "./support/pushes.ts";
import { startConnected } from "./support/start-client.ts";

test("a handler that throws is reported and harms nothing", (t) => {
  const { host, client } = startConnected(t);
  const errors: TidewireError[] = [];
  client.on("error", (error) => errors.push(error));
  const subscription = client.subscribe("a");
  const got: unknown[] = [];
  subscription.on("message", () => {
    throw new Error("mine");
  });
  subscription.on("message", (m) => got.push(m.offset));
  host.socket.receive(subscribed("a", 0), message("a", 1), message("a", 2));
  assert.deepEqual(got, [1, 2]);
  assert.equal(subscription.position?.offset, 2, "a poisonous message is not delivered for ever");
  assert.deepEqual(
    errors.map(({ code, channel, cause }) => [code, channel, cause instanceof Error && cause.message]),
    [
      ["handler_failed", "a", "mine"],
      ["handler_failed", "a", "mine"],
    ],
  );
  assert.equal(client.state.status, "live");
});

test("state handlers that throw do not stop the machine", (t) => {
  const { host, client } = startConnected(t);
  client.on("state", () => {
    throw new Error("mine");
  });
  host.socket.end(1006);
  host.advance(1000);
  host.welcome("c2");
  assert.equal(client.state.status, "live");
  assert.equal(host.errors.length, 3, "reported, since nobody listens to errors");
});

test("an error handler that throws is reported to the host, once", (t) => {
  const { host, client } = startConnected(t);
  const mine = new Error("mine");
  client.on("error", () => {
    throw mine;
  });
  host.socket.receive({ type: "error", code: "rate_limited", message: "slow down", retryable: true });
  assert.deepEqual(host.errors, [mine]);
});

test("an asynchronous handler that fails is reported like any other", async (t) => {
  const { host, client } = startConnected(t);
  const failed = new Promise<TidewireError>((resolve) => {
    client.on("error", resolve);
  });
  client.subscribe("a").on("message", () => Promise.reject(new Error("mine")));
  host.socket.receive(subscribed("a", 0), message("a", 1));
  assert.equal((await failed).code, "handler_failed");
});

test("errors without a handler reach the host, so that a developer sees them", (t) => {
  const { host, client } = startConnected(t);
  client.subscribe("secret");
  host.socket.receive({
    type: "error",
    channel: "secret",
    code: "permission_denied",
    message: "no",
    retryable: false,
  });
  assert.equal(host.errors.length, 1);
});

test("a handler can be removed by what on returns, by a signal, and by being for once", (t) => {
  const { host, client } = startConnected(t);
  const subscription = client.subscribe("a");
  const got: string[] = [];
  const controller = new AbortController();
  const off = subscription.on("message", () => got.push("off"));
  subscription.on("message", () => got.push("signal"), { signal: controller.signal });
  subscription.on("message", () => got.push("once"), { once: true });
  subscription.on("message", () => got.push("aborted"), { signal: AbortSignal.abort() });
  host.socket.receive(subscribed("a", 0), message("a", 1));
  off();
  controller.abort();
  host.socket.receive(message("a", 2));
  assert.deepEqual(got, ["off", "signal", "once"]);
});

test("once is for the next time only, and off removes what on and once added", (t) => {
  const { host, client } = startConnected(t);
  const subscription = client.subscribe("a");
  const got: string[] = [];
  const add = (name: string) => (): void => void got.push(name);
  const [kept, removed, seen, unseen] = [add("kept"), add("removed"), add("seen"), add("unseen")];
  subscription.once("message", add("once"));
  subscription.on("message", kept);
  subscription.on("message", removed);
  subscription.once("message", removed);
  subscription.off("message", removed);
  client.once("message", seen);
  client.once("message", unseen);
  client.off("message", unseen);
  host.socket.receive(subscribed("a", 0), message("a", 1), message("a", 2));
  assert.deepEqual(got, ["once", "kept", "seen", "kept"]);
});

test("a loop gets every message once and in order, also while it waits", async (t) => {
  const { host, client } = startConnected(t);
  const subscription = client.subscribe("a");
  const got: (number | undefined)[] = [];
  const loop = (async (): Promise<void> => {
    for await (const { offset } of subscription) {
      got.push(offset);
      if (offset === 5) break;
    }
  })();
  host.socket.receive(subscribed("a", 0), message("a", 1), message("a", 2));
  await Promise.resolve();
  host.socket.receive(message("a", 3), message("a", 4), message("a", 5), message("a", 6));
  await loop;
  assert.deepEqual(got, [1, 2, 3, 4, 5]);
  assert.equal(subscription.state.status, "live", "leaving the loop leaves the subscription");
});

test("a loop that is too slow gets what fits, then throws: nothing is left out in silence", async (t) => {
  const { host, client } = startConnected(t);
  const loop = client.subscribe("a").messages({ bufferSize: 2 });
  host.socket.receive(subscribed("a", 0), message("a", 1), message("a", 2), message("a", 3), message("a", 4));
  const got: Message<unknown>[] = [];
  const read = async (): Promise<void> => {
    for await (const m of loop) got.push(m);
  };
  await assert.rejects(read(), { code: "iterator_overflow" });
  assert.deepEqual(
    got.map((m) => m.offset),
    [1, 2],
  );
  assert.deepEqual(await loop.next(), { done: true, value: undefined });
});

test("a signal ends a loop with its reason, a subscription without one, and leaves no listener", async (t) => {
  const { host, client } = startConnected(t);
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>): void => {
    listeners += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
    listeners -= 1;
    remove(...args);
  };
  const kept = client.subscribe("a");
  const ended = client.subscribe("b", { signal });
  const loop = kept.messages({ signal });
  host.socket.receive(subscribed("a", 0), subscribed("b", 0), message("a", 1));
  assert.equal((await loop.next()).value?.offset, 1);
  controller.abort();
  await assert.rejects(loop.next(), { name: "AbortError" });
  assert.deepEqual([kept.state.status, ended.state.status, listeners], ["live", "ended", 0]);
  assert.equal(client.subscribe("c", { signal }).state.status, "ended");
});

test("two loops and a handler each get everything", async (t) => {
  const { host, client } = startConnected(t);
  const subscription = client.subscribe("a");
  const one = subscription.messages();
  const two = subscription.messages();
  host.socket.receive(subscribed("a", 0), message("a", 1));
  assert.deepEqual([(await one.next()).value?.offset, (await two.next()).value?.offset], [1, 1]);
});

test("two handlers hear states in the same order, even when the first one causes the next", (t) => {
  const { host, client } = startConnected(t);
  const heard: string[][] = [[], []];
  client.on("state", ({ status }) => {
    heard[0]?.push(status);
    if (status === "kicked") client.connect();
  });
  client.on("state", ({ status }) => heard[1]?.push(status));
  host.socket.end(4403, "out");
  host.welcome("c2");
  assert.deepEqual(heard[0], ["kicked", "connecting", "live"]);
  assert.deepEqual(heard[1], heard[0]);
});

test("a message published inside a handler follows the messages before it", (t) => {
  const { host, client } = startConnected(t);
  client.subscribe("a").on("message", ({ offset }) => void client.publish("b", offset));
  host.socket.receive(subscribed("a", 0), message("a", 1), message("a", 2));
  assert.deepEqual(
    host.socket.sentOf("publish").map(({ data }) => data),
    [1, 2],
  );
});
