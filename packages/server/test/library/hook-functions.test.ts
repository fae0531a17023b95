import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { AnyChannels } from "@tidewire/protocol";
import type { HookFunctions } from "../../src/index.ts";
import { NativeClient } from "../support/native-client.ts";
import { startHost, type TestHost } from "../support/start-host.ts";

const CHANNELS = [{ match: "team.**", subscribe: "hook", publish: "hook" }];

/** Takes the token for the user's name, as a site would look up its own session. */
const byName: HookFunctions["connect"] = ({ token }) =>
  token === undefined ? { allow: false, message: "Please sign in." } : { allow: true, user: token };

async function startWith(
  t: TestContext,
  hooks: HookFunctions,
  timeoutMs = 10_000,
): Promise<TestHost<AnyChannels>> {
  const timeouts = {
    connect: { timeoutMs },
    subscribe: { timeoutMs },
    publish: { timeoutMs },
    rpc: { timeoutMs },
  };
  return startHost(t, { hooks, settings: { channels: CHANNELS, hooks: timeouts } });
}

async function connectAs(
  t: TestContext,
  host: { readonly wsUrl: string },
  user: string,
): Promise<NativeClient> {
  const client = await NativeClient.open(t, host, `token=${user}`);
  await client.connected();
  return client;
}

describe("hooks that are functions", () => {
  test("say who connects, and end open mode", async (t) => {
    const asked: unknown[] = [];
    const host = await startWith(t, {
      connect: async (question) => {
        asked.push(question);
        return byName(question);
      },
    });
    const client = await NativeClient.open(t, host, "token=ann");
    const connected = await client.connected();
    assert.equal(connected.user, "ann");
    assert.deepEqual(asked, [{ token: "ann", address: "127.0.0.1", origin: undefined, info: undefined }]);
    const stranger = await NativeClient.open(t, host, "user=ann&channels=news");
    assert.deepEqual(await stranger.closed, { code: 4403, reason: "Please sign in." });
    assert.equal(host.logged("server.open_mode").length, 0);
  });

  test("decide who receives a channel and what is published there, and answer calls", async (t) => {
    const host = await startWith(t, {
      connect: byName,
      subscribe: ({ channel, user }) =>
        channel === `team.${user}` ? { allow: true } : { allow: false, reason: "not_a_member" },
      publish: async ({ data, user }) => ({ allow: true, data: { text: String(data).toUpperCase(), user } }),
      rpc: ({ method, data }) =>
        method === "sum" && Array.isArray(data)
          ? { allow: true, data: data.reduce<number>((sum, each) => sum + Number(each), 0) }
          : { allow: false, reason: "unknown_method" },
    });
    const client = await connectAs(t, host, "ann");
    client.send({ type: "subscribe", id: 1, channel: "team.bob" });
    const refused = await client.answer("error", 1);
    assert.deepEqual([refused.code, refused.reason], ["permission_denied", "not_a_member"]);
    client.send({ type: "subscribe", id: 2, channel: "team.ann" });
    await client.answer("subscribed", 2);
    client.send({ type: "publish", id: 3, channel: "team.ann", data: "hello" });
    const [message] = await client.messages(1);
    assert.deepEqual(message?.data, { text: "HELLO", user: "ann" });
    client.send({ type: "rpc", id: 4, method: "sum", data: [1, 2, 3] });
    assert.equal((await client.answer("result", 4)).data, 6);
  });

  test("leave what is published to the last digit when they change nothing", async (t) => {
    const host = await startWith(t, { publish: () => ({ allow: true }) });
    const client = await NativeClient.open(t, host, "user=ann");
    client.sendText('{"type":"publish","id":1,"channel":"team.1","data":12345678901234567890}');
    await client.answer("published", 1);
    const history = await host.api("GET", "/api/channels/team.1/messages?since=earliest");
    assert.match(await history.text(), /"data":12345678901234567890/);
  });

  const failing: Readonly<Record<string, [HookFunctions["subscribe"] | (() => never), RegExp]>> = {
    throws: [
      () => {
        throw new Error("the database is away");
      },
      /it threw/,
    ],
    rejects: [() => Promise.reject(new Error("the database is away")), /it threw/],
    "never answers": [() => new Promise<never>(() => {}), /longer than 50 ms/],
    "answers nothing": [() => JSON.parse("null"), /cannot be used/],
    "answers what is no JSON": [() => JSON.parse("{}").nothing, /not JSON/],
    "answers what has no such field": [() => JSON.parse('{"allow":true,"alow":false}'), /alow/],
    "answers yes in other words": [() => JSON.parse('{"allow":"yes"}'), /allow/],
  };
  for (const [what, [subscribe, problem]] of Object.entries(failing)) {
    test(`refuse when one ${what}, and the log says why`, async (t) => {
      const host = await startWith(t, subscribe === undefined ? {} : { subscribe }, 50);
      const client = await NativeClient.open(t, host, "user=ann");
      client.send({ type: "subscribe", id: 1, channel: "team.1" });
      const error = await client.answer("error", 1);
      assert.deepEqual([error.code, error.retryable], ["hook_failed", true]);
      const [line] = host.logged("hook.failed");
      assert.match(String(line?.["problem"]), problem);
      assert.doesNotMatch(error.message, /database/);
    });
  }

  test("stand in the metrics as those do that are asked by HTTP", async (t) => {
    const host = await startWith(t, { rpc: () => ({ allow: true, data: 1 }) });
    const client = await NativeClient.open(t, host, "user=ann");
    client.send({ type: "rpc", id: 1, method: "one" });
    await client.answer("result", 1);
    const metrics = await (await host.api("GET", "/metrics")).text();
    assert.match(metrics, /tidewire_hook_calls_total\{hook="rpc",outcome="answered"\} 1/);
  });
});
