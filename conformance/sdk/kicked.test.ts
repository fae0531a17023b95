import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Tidewire } from "@tidewire/client";
import { WebSocket } from "ws";
import { type FaultProxy, proxyFor } from "../support/proxy/fault-proxy.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { clientOf, stateOf } from "./support/clients.ts";
import { callApi, serverFor } from "./support/start-server.ts";

/** Nothing listens on this port, and no browser would connect to it. */
const NOWHERE = "http://127.0.0.1:1";

/**
 * Waits as long as a client with the same delays needs for so many failed tries.
 *
 * A client that wanted to come back would have done so by then.
 */
async function longEnough(t: TestContext): Promise<void> {
  const restless = clientOf(t, NOWHERE, { user: "restless" });
  await new Promise<void>((resolve) => {
    restless.on("state", (state) => {
      if (state.status === "offline" && state.attempt >= 8) resolve();
    });
  });
}

/** The client was told to stay away, says why, and has not connected since. */
async function staysAway(t: TestContext, client: Tidewire, proxy: FaultProxy, reason: string): Promise<void> {
  const kicked = await stateOf(client, "kicked");
  assert.equal(kicked.reason, reason);
  const { accepted } = proxy;
  await longEnough(t);
  assert.equal(proxy.accepted, accepted, "no further connection");
  assert.equal(client.state.status, "kicked");
}

describe("the SDK after it was sent away", () => {
  test("by a kick says why, stays away, and comes back when a person says so", async (t) => {
    const server = await serverFor(t);
    const proxy = await proxyFor(t, server.port);
    const client = clientOf(t, proxy.url, { user: "ann" });
    await stateOf(client, "live");
    const told = new Promise((resolve) => {
      client.on("kicked", resolve);
    });
    await callApi(server, "POST", "/users/ann/disconnect", { reason: "closing time", code: 4777 });
    assert.deepEqual(await told, { status: "kicked", code: 4777, reason: "closing time" });
    await staysAway(t, client, proxy, "closing time");
    client.connect();
    await stateOf(client, "live");
  });

  test("while it had no network reads the reason when it returns", async (t) => {
    const server = await serverFor(t);
    const proxy = await proxyFor(t, server.port);
    const client = clientOf(t, proxy.url, { user: "ann" });
    await stateOf(client, "live");
    const offline = stateOf(client, "offline");
    proxy.refuse();
    proxy.reset();
    await offline;
    await callApi(server, "POST", "/users/ann/disconnect", { reason: "closing time" });
    proxy.restore();
    await staysAway(t, client, proxy, "closing time");
  });

  test("by a ban is refused each time a person tries, with the reason, until it is lifted", async (t) => {
    const server = await serverFor(t);
    const proxy = await proxyFor(t, server.port);
    const client = clientOf(t, proxy.url, { user: "ann" });
    await stateOf(client, "live");
    await callApi(server, "PUT", "/users/ann/ban", { for: "10m", reason: "spam" });
    await staysAway(t, client, proxy, "spam");
    client.connect();
    await staysAway(t, client, proxy, "spam");
    await callApi(server, "DELETE", "/users/ann/ban", undefined);
    client.connect();
    await stateOf(client, "live");
  });

  test("by a sign-in on another device leaves that one alone", async (t) => {
    const server = await serverFor(t, { sessions: { maxPerUser: 1 } });
    const proxy = await proxyFor(t, server.port);
    const phone = clientOf(t, proxy.url, { user: "ann" });
    await stateOf(phone, "live");
    const laptop = clientOf(t, server.url, { user: "ann" });
    await stateOf(laptop, "live");
    await staysAway(t, phone, proxy, "signed in on another device");
    assert.equal(laptop.state.status, "live");
  });
});

/** What everybody writes first: connects again as soon as it is closed, for ever. Counts what it was answered. */
async function hammer(url: string, times: number): Promise<readonly number[]> {
  const statuses: number[] = [];
  while (statuses.length < times) {
    const socket = new WebSocket(`${url.replace("http", "ws")}/connect?user=ann&channels=news`);
    socket.on("error", () => {});
    statuses.push(
      await new Promise<number>((resolve, reject) => {
        socket.on("open", () => reject(new Error("it was let in")));
        socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
      }),
    );
    socket.terminate();
  }
  return statuses;
}

function logged(server: ServerProcess, event: string): number {
  return server.log.filter((line) => line.includes(`"event":"${event}"`)).length;
}

test("a client that hammers while it is banned is refused at the handshake, and fills no log", async (t) => {
  const server = await startServerProcess({ logLevel: "info" });
  t.after(() => server.stop());
  await server.call("PUT", "/api/users/ann/ban", { for: "10m", reason: "spam" });
  const statuses = await hammer(server.url, 200);
  assert.deepEqual(new Set(statuses), new Set([403]));
  // A line of something later: all lines of before have been read by then.
  await server.call("DELETE", "/api/users/ann/ban");
  while (logged(server, "user.unbanned") === 0) await nextTurn();
  assert.equal(logged(server, "connection.refused"), 1, "one line for two hundred tries");
  assert.equal(logged(server, "connection.opened"), 0);
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/connect?user=ann`);
  t.after(() => socket.terminate());
  await once(socket, "open");
});
