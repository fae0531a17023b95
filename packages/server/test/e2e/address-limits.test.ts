import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, test, type TestContext } from "node:test";
import { eventually, within } from "../support/deadline.ts";
import { hitsOf, loggedOnce } from "../support/limit-hits.ts";
import { NativeClient, refusedHandshake } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const PROXY = { insecure: true, trustedProxies: ["127.0.0.1"] };

async function openSocket(t: TestContext, server: TestServer): Promise<Socket> {
  const socket = connect(server.port, "127.0.0.1");
  t.after(() => socket.destroy());
  socket.on("error", () => {});
  socket.resume();
  await once(socket, "connect");
  return socket;
}

describe("limits on connections", () => {
  test("one too many in all is closed unanswered, counted and logged; the others stay", async (t) => {
    const server = await startTestServer(t, {
      settings: { limits: { maxConnections: 2 } },
      logLevel: "warn",
    });
    const client = await NativeClient.open(t, server, "channels=news");
    await client.next("subscribed");
    const silent = await openSocket(t, server);
    for (let n = 0; n < 2; n += 1) {
      const dropped = await openSocket(t, server);
      await within(once(dropped, "close"), "the end of the connection too many");
    }
    assert.equal((await loggedOnce(server, "connections"))["address"], "127.0.0.1");
    silent.destroy();
    await eventually(
      "room for another one",
      async () => (await hitsOf(server, "connections").catch(() => 0)) >= 2,
    );
    client.socket.send(JSON.stringify({ type: "publish", channel: "news", data: 1 }));
    assert.equal((await client.next("message")).data, 1);
  });

  test("one too many of an address is closed unanswered; loopback counts only when it is told to", async (t) => {
    const limits = { connectionsPerAddress: 1, countLoopback: true };
    const server = await startTestServer(t, { settings: { limits }, logLevel: "warn" });
    const client = await NativeClient.open(t, server, "channels=news");
    await client.next("subscribed");
    for (let n = 0; n < 2; n += 1) {
      const refused = await openSocket(t, server);
      await within(once(refused, "close"), "the end of the connection too many");
    }
    await loggedOnce(server, "connections_per_address");
    const lenient = await startTestServer(t, { settings: { limits: { connectionsPerAddress: 1 } } });
    for (let n = 0; n < 3; n += 1) await NativeClient.open(t, lenient, "channels=news");
  });

  test("handshakes that come too fast are closed unanswered", async (t) => {
    const limits = { handshakesPerAddress: "2/1h", countLoopback: true };
    const server = await startTestServer(t, { settings: { limits }, logLevel: "warn" });
    const client = await NativeClient.open(t, server, "channels=news");
    await openSocket(t, server);
    const refused = await openSocket(t, server);
    await within(once(refused, "close"), "the end of the connection too many");
    await loggedOnce(server, "handshakes_per_address");
    await client.next("subscribed");
    server.reconfigure({ limits: { ...limits, handshakesPerAddress: "off" } });
    await NativeClient.open(t, server, "channels=news");
  });

  test("when too many handshakes are unfinished, the one that waits longest goes", async (t) => {
    const server = await startTestServer(t, { settings: { limits: { maxHandshakes: 2 } }, logLevel: "warn" });
    const [oldest] = [await openSocket(t, server), await openSocket(t, server)];
    await eventually("that both wait", async () => {
      await openSocket(t, server);
      return oldest.destroyed;
    });
    await loggedOnce(server, "unfinished_handshakes");
    assert.ok((await hitsOf(server, "unfinished_handshakes")) > 0);
  });
});

describe("clients behind a trusted proxy", () => {
  test("are counted and logged by their own address", async (t) => {
    const settings = { ...PROXY, limits: { connectionsPerAddress: 1 } };
    const server = await startTestServer(t, { settings, logLevel: "info" });
    const from = (address: string) => ({ headers: { "x-forwarded-for": `6.6.6.6, ${address}` } });
    const client = await NativeClient.open(t, server, "channels=news", from("203.0.113.1"));
    await client.next("subscribed");
    const { status, body } = await refusedHandshake(server, "/connect?channels=news", from("203.0.113.1"));
    assert.equal(status, 503);
    assert.match(body, /too_many_connections/);
    const stream = await fetch(`${server.url}/events?channels=news`, from("203.0.113.1"));
    assert.equal(stream.status, 503);
    await (await NativeClient.open(t, server, "channels=news", from("203.0.113.2"))).next("subscribed");
    assert.equal(await hitsOf(server, "connections_per_address"), 2);
    const connected = await server.logLines("session.connected");
    assert.deepEqual(
      connected.map((line) => line["address"]),
      ["203.0.113.1", "203.0.113.2"],
    );
    client.socket.terminate();
    await eventually("room for the address again", async () => {
      const again = await fetch(`${server.url}/events?channels=news`, from("203.0.113.1"));
      await again.body?.cancel();
      return again.status === 200;
    });
  });

  test("who come too fast are told to slow down", async (t) => {
    const settings = { ...PROXY, limits: { handshakesPerAddress: "1/1h" } };
    const server = await startTestServer(t, { settings });
    const from = { headers: { "x-forwarded-for": "203.0.113.1" } };
    await NativeClient.open(t, server, "channels=news", from);
    const { status, body } = await refusedHandshake(server, "/connect?channels=news", from);
    assert.equal(status, 429);
    assert.match(body, /rate_limited/);
  });

  test("are believed in the configured header alone, and nobody else is believed", async (t) => {
    const settings = { ...PROXY, forwardedHeader: "forwarded" };
    const server = await startTestServer(t, { settings, logLevel: "info" });
    const headers = { "x-forwarded-for": "203.0.113.1", forwarded: "for=6.6.6.6, for=203.0.113.2" };
    await (await NativeClient.open(t, server, "channels=news", { headers })).next("subscribed");
    const untrusting = await startTestServer(t, { settings: { insecure: true }, logLevel: "info" });
    await (await NativeClient.open(t, untrusting, "channels=news", { headers })).next("subscribed");
    const addressOf = async (one: TestServer): Promise<unknown> =>
      (await one.logLines("session.connected"))[0]?.["address"];
    assert.equal(await addressOf(server), "203.0.113.2");
    assert.equal(await addressOf(untrusting), "127.0.0.1");
  });
});
