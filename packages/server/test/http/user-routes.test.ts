import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { at } from "../support/api-client.ts";
import { startHttp } from "../support/http-server.ts";
import { TestClient } from "../support/test-client.ts";

describe("users over HTTP", () => {
  test("a push to a user reaches all of the user's connections through the inbox", async (context) => {
    const { api, domain } = await startHttp(context);
    const devices = [new TestClient(domain, "ann.lee"), new TestClient(domain, "ann.lee")];
    await Promise.all(devices.map((device) => device.frame("subscribed", "@ann=2Elee")));
    const published = await api.ok("POST", "/api/users/ann.lee/messages", { body: { data: "hi" } });
    assert.deepEqual([at(published, "channel"), at(published, "subscribers")], ["@ann=2Elee", 2]);
    for (const device of devices) assert.equal((await device.frame("message", "@ann=2Elee"))["data"], "hi");
  });

  test("a user is shown with connections, and with the ban that holds", async (context) => {
    const { api, domain } = await startHttp(context);
    const here = new TestClient(domain, "ann", ["news"]);
    await here.frame("subscribed", "news");
    const user = await api.ok("GET", "/api/users/ann");
    assert.equal(at(user, "online"), true);
    assert.equal(at(user, "connections", 0, "connection"), here.connection);
    assert.deepEqual(at(user, "connections", 0, "channels"), ["news", "@ann"]);
    here.leave();
    assert.equal(at(await api.ok("GET", "/api/users/ann"), "online"), false, "nobody reads what is sent now");
    assert.deepEqual(await api.ok("GET", "/api/users/bob"), { user: "bob", online: false, connections: [] });
  });

  test("no answer holds a session's secret", async (context) => {
    const { api, domain } = await startHttp(context);
    const client = new TestClient(domain, "ann");
    const { session } = await client.frame("connected");
    for (const path of ["/api/users/ann", "/api/connections"]) {
      assert.ok(!(await api.call("GET", path)).text.includes(String(session)), path);
    }
  });

  test("a user who is disconnected reads the reason, and is sent away for good", async (context) => {
    const { api, domain } = await startHttp(context);
    const devices = [new TestClient(domain, "ann"), new TestClient(domain, "ann")];
    const bob = new TestClient(domain, "bob");
    const body = { reason: "signed in on another device", code: 4444 };
    assert.deepEqual(await api.ok("POST", "/api/users/ann/disconnect", { body }), {
      user: "ann",
      connections: 2,
    });
    for (const device of devices) {
      const { code, reason, reconnect } = await device.frame("disconnect");
      assert.deepEqual([code, reason, reconnect], [4444, body.reason, false]);
      assert.deepEqual(device.closedWith, { code: 4444, reason: body.reason });
    }
    assert.equal(bob.closedWith, null);
  });

  test("a disconnect needs no body, and refuses a code that lets the client come back", async (context) => {
    const { api } = await startHttp(context);
    assert.deepEqual(await api.ok("POST", "/api/users/ann/disconnect"), { user: "ann", connections: 0 });
    const body = { code: 4000 };
    assert.deepEqual(await api.refused("POST", "/api/users/ann/disconnect", { body }), [
      400,
      "invalid_field",
    ]);
  });

  test("a ban ends the user's sessions, keeps the user out, and can be lifted", async (context) => {
    const { api, domain } = await startHttp(context);
    const client = new TestClient(domain, "ann");
    const body = { for: "10m", reason: "spam" };
    const banned = await api.ok("PUT", "/api/users/ann/ban", { body });
    assert.equal(at(banned, "connections"), 1);
    assert.deepEqual(client.closedWith, { code: 4403, reason: "spam" });
    assert.throws(() => new TestClient(domain, "ann"), "a banned user must not be let in");
    const user = await api.ok("GET", "/api/users/ann");
    assert.deepEqual(at(user, "ban"), { reason: "spam", until: at(banned, "until") });
    assert.deepEqual(await api.ok("DELETE", "/api/users/ann/ban"), { user: "ann", lifted: true });
    assert.deepEqual(await api.ok("DELETE", "/api/users/ann/ban"), { user: "ann", lifted: false });
    assert.equal(new TestClient(domain, "ann").closedWith, null);
  });

  test("a ban without a time has no end", async (context) => {
    const { api } = await startHttp(context);
    assert.deepEqual(await api.ok("PUT", "/api/users/ann/ban"), { user: "ann", connections: 0 });
    const user = await api.ok("GET", "/api/users/ann");
    assert.equal(at(user, "ban", "until"), undefined);
    const body = { for: "soon" };
    assert.deepEqual(await api.refused("PUT", "/api/users/ann/ban", { body }), [400, "invalid_field"]);
  });

  test("a user is put into a channel and taken out of it without being closed", async (context) => {
    const { api, domain } = await startHttp(context);
    const client = new TestClient(domain, "ann");
    const path = "/api/users/ann/subscriptions/room.1";
    assert.deepEqual(await api.ok("PUT", path), { user: "ann", channel: "room.1", connections: 1 });
    await client.frame("subscribed", "room.1");
    assert.deepEqual(await api.ok("DELETE", path), { user: "ann", channel: "room.1", connections: 1 });
    assert.equal((await client.frame("unsubscribed", "room.1"))["reason"], "removed by the server");
    assert.equal(client.closedWith, null);
    assert.deepEqual(await api.ok("DELETE", path), { user: "ann", channel: "room.1", connections: 0 });
  });

  test("nobody is put into another user's inbox", async (context) => {
    const { api, domain } = await startHttp(context);
    const client = new TestClient(domain, "ann");
    await api.ok("PUT", "/api/users/ann/subscriptions/@bob");
    assert.equal((await client.frame("error", "@bob"))["code"], "permission_denied");
  });

  test("names that cannot be are refused", async (context) => {
    const { api } = await startHttp(context);
    assert.deepEqual(await api.refused("GET", `/api/users/${"x".repeat(300)}`), [400, "invalid_field"]);
    assert.deepEqual(await api.refused("PUT", "/api/users/ann/subscriptions/a%20b"), [
      400,
      "invalid_channel",
    ]);
    assert.deepEqual(await api.refused("DELETE", "/api/users/ann/subscriptions/a..b"), [
      400,
      "invalid_channel",
    ]);
  });

  test("a user id may hold anything that a URL can carry", async (context) => {
    const { api } = await startHttp(context);
    for (const user of ["a/b", "å", "50%", "a b", "?#&"]) {
      assert.equal(at(await api.ok("GET", `/api/users/${encodeURIComponent(user)}`), "user"), user);
    }
  });
});
