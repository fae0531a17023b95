import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { Subscription, Tidewire, TidewireEvents } from "@tidewire/client";
import { SECRET, tokenOf } from "../../packages/server/test/support/tokens.ts";
import type { RunningServer } from "../../packages/server/src/server.ts";
import { clientOf, Collected, stateOf } from "./support/clients.ts";
import { callApi, serverFor } from "./support/start-server.ts";

/** A server whose clock is exactly that of its tokens, and where tokens say who reads `room.*`. */
function serverWithTokens(t: TestContext): Promise<RunningServer> {
  return serverFor(t, {
    auth: { secrets: [SECRET], clockToleranceMs: 0 },
    channels: [{ match: "room.*", subscribe: "token" }],
  });
}

/** A token of ann's that lasts so long. */
function annFor(seconds: number, ...rooms: readonly string[]): string {
  return tokenOf({ sub: "ann", exp: Date.now() / 1000 + seconds, channels: { subscribe: rooms } });
}

function next<Name extends keyof TidewireEvents>(
  client: Tidewire,
  name: Name,
): Promise<TidewireEvents[Name]> {
  return new Promise((resolve) => {
    client.on(name, resolve, { once: true });
  });
}

function endOf(subscription: Subscription<unknown>): Promise<string | undefined> {
  return new Promise((resolve) => {
    subscription.on("unsubscribed", ({ reason }) => resolve(reason), { once: true });
  });
}

describe("the SDK with tokens", { concurrency: true }, () => {
  test("a token that runs out is replaced in place: the connection stays, and nothing is missed", async (t) => {
    const server = await serverWithTokens(t);
    let fetched = 0;
    let thirdFetched = (): void => {};
    const third = new Promise<void>((resolve) => {
      thirdFetched = resolve;
    });
    const client = clientOf(t, server.url, {
      getToken: () => {
        fetched += 1;
        if (fetched === 3) thirdFetched();
        return annFor(fetched < 3 ? 5 : 3600, "room.1");
      },
    });
    const seen = new Set<string>();
    client.on("state", ({ status }) => seen.add(status));
    const room = new Collected(client.subscribe("room.1"));
    const { connection, user } = await stateOf(client, "live");
    assert.equal(user, "ann");
    seen.clear();
    await third;
    await callApi(server, "POST", "/channels/room.1/messages", { data: "still here" });
    await room.until(1);
    const state = await stateOf(client, "live");
    assert.equal(state.connection, connection);
    assert.ok(!seen.has("offline") && !seen.has("connecting"), [...seen].join());
  });

  test("a client that gets no newer token in time comes back with one when there is one, and resumes", async (t) => {
    const server = await serverWithTokens(t);
    let fetched = 0;
    const client = clientOf(t, server.url, {
      getToken: () => {
        fetched += 1;
        if (fetched === 2) throw new Error("the backend is away");
        return annFor(fetched === 1 ? 5 : 3600, "room.1");
      },
    });
    const failure = next(client, "error");
    const room = new Collected(client.subscribe("room.1"));
    await stateOf(client, "live");
    assert.equal((await failure).code, "token_failed");
    const { code } = await stateOf(client, "offline");
    assert.equal(code, "tokenExpired");
    await callApi(server, "POST", "/channels/room.1/messages", { data: "missed" });
    await room.until(1);
    assert.deepEqual(room.data, ["missed"]);
    assert.equal(fetched, 3);
  });

  test("a client without getToken stops when its token has run out, and says so", async (t) => {
    const server = await serverWithTokens(t);
    const client = clientOf(t, server.url, { token: annFor(5, "room.1") });
    const failure = next(client, "error");
    await stateOf(client, "live");
    const closed = await stateOf(client, "closed");
    assert.equal(closed.code, "token_expired");
    assert.equal((await failure).code, "token_expired");
  });

  test("a client whose token is refused stops, and says why", async (t) => {
    const server = await serverWithTokens(t);
    const client = clientOf(t, server.url, { token: tokenOf({ sub: "ann" }, { secret: `${SECRET}!` }) });
    const failure = await next(client, "error");
    assert.equal(failure.code, "token_invalid");
    assert.equal((await stateOf(client, "closed")).code, "token_invalid");
  });

  test("a channel that a newer token no longer grants ends with a reason, and the others go on", async (t) => {
    const server = await serverWithTokens(t);
    const tokens = [annFor(5, "room.1", "room.2"), annFor(3600, "room.2")];
    const client = clientOf(t, server.url, { getToken: () => tokens.shift() ?? "" });
    const lost = client.subscribe("room.1");
    const kept = new Collected(client.subscribe("room.2"));
    await lost.ready();
    assert.match((await endOf(lost)) ?? "", /new token/);
    assert.equal(lost.state.status, "ended");
    await callApi(server, "POST", "/channels/room.1/messages", { data: "not for ann" });
    await callApi(server, "POST", "/channels/room.2/messages", { data: "for ann" });
    await kept.until(1);
    assert.deepEqual(kept.data, ["for ann"]);
  });
});
