import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NativeClient } from "../support/native-client.ts";
import { inSeconds, SECRET, tokenOf } from "../support/tokens.ts";
import { startTestServer } from "../support/start-test-server.ts";

describe("kicking", () => {
  test("closes all of a user's devices with code and reason, and none comes back with its session", async (t) => {
    const server = await startTestServer(t, { logLevel: "info" });
    const phone = await NativeClient.open(t, server, "user=ann&channels=news");
    const laptop = await NativeClient.open(t, server, "user=ann");
    const bob = await NativeClient.open(t, server, "user=bob&channels=news");
    const { session } = await phone.connected();
    await laptop.connected();
    const body = { reason: "signed in on another device", code: 4403 };
    const answer = await server.api("POST", "/api/users/ann/disconnect", body);
    assert.equal(answer.status, 200);
    for (const device of [phone, laptop]) {
      const disconnect = await device.next("disconnect");
      assert.deepEqual(
        [disconnect.code, disconnect.reason, disconnect.reconnect],
        [4403, "signed in on another device", false],
      );
      assert.equal(device.frames.at(-1)?.type, "disconnect", "it is the last frame");
      assert.deepEqual(await device.closed, { code: 4403, reason: "signed in on another device" });
    }
    const again = await NativeClient.open(t, server);
    again.send({ type: "connect", id: 5, user: "ann", session });
    const error = await again.answer("error", 5);
    assert.equal(error.code, "session_refused");
    assert.equal((await again.closed).code, 4403);
    const fresh = await NativeClient.open(t, server, "user=ann");
    await fresh.connected();
    await bob.settled();
    assert.equal(bob.isClosed, false, "a neighbour is not disturbed");
    const [kicked] = await server.logLines("user.kicked");
    assert.deepEqual([kicked?.["user"], kicked?.["connections"]], ["ann", 2]);
  });

  test("one connection leaves the user's other ones alone", async (t) => {
    const server = await startTestServer(t);
    const phone = await NativeClient.open(t, server, "user=ann");
    const laptop = await NativeClient.open(t, server, "user=ann");
    const { connection } = await phone.connected();
    assert.ok((await server.api("DELETE", `/api/connections/${connection}`)).status < 300);
    assert.equal((await phone.closed).code, 4400);
    await laptop.settled();
    assert.equal(laptop.isClosed, false);
  });

  test("a banned user is told why, on every try, until the ban is lifted", async (t) => {
    const server = await startTestServer(t, { logLevel: "warn" });
    const ann = await NativeClient.open(t, server, "user=ann");
    await ann.connected();
    assert.ok((await server.api("PUT", "/api/users/ann/ban", { for: "10m", reason: "spam" })).status < 300);
    assert.deepEqual(await ann.closed, { code: 4403, reason: "spam" });
    for (let tries = 0; tries < 20; tries += 1) {
      await assert.rejects(NativeClient.open(t, server, "user=ann&channels=news"), /403/);
    }
    const refused = await server.logLines("connection.refused");
    assert.deepEqual(
      refused.map(({ code, problem }) => [code, problem]),
      [["banned", "spam"]],
      "whoever hammers makes one line",
    );
    const byCommand = await NativeClient.open(t, server);
    byCommand.send({ type: "connect", id: 1, user: "ann" });
    assert.equal((await byCommand.answer("error", 1)).message, "spam");
    assert.equal((await byCommand.closed).code, 4403);
    assert.ok((await server.api("DELETE", "/api/users/ann/ban")).status < 300);
    const back = await NativeClient.open(t, server, "user=ann");
    assert.equal((await back.connected()).user, "ann");
  });

  test("removing a user from a room ends the subscription and nothing else", async (t) => {
    const server = await startTestServer(t, {
      settings: { channels: [{ match: "room.*", presence: true }] },
    });
    const ann = await NativeClient.open(t, server, "user=ann&channels=room.1,news");
    const bob = await NativeClient.open(t, server, "user=bob&channels=room.1");
    await ann.next("subscribed");
    await bob.next("presence");
    const path = "/api/users/ann/subscriptions/room.1";
    assert.ok((await server.api("DELETE", path)).status < 300);
    const unsubscribed = await ann.next("unsubscribed");
    assert.equal(unsubscribed.channel, "room.1");
    await bob.next("leave");
    await server.push("room.1", "not for ann");
    await server.push("news", "for ann");
    assert.equal((await ann.next("message")).data, "for ann");
    assert.ok((await server.api("PUT", path)).status < 300);
    const subscribed = await ann.next("subscribed");
    assert.equal(subscribed.channel, "room.1");
  });
});

describe("kicking a device", () => {
  test("leaves the user's other devices alone, and reaches the one that is away", async (t) => {
    const server = await startTestServer(t);
    const phone = await NativeClient.open(t, server, "user=ann&device=phone");
    const laptop = await NativeClient.open(t, server, "user=ann&device=laptop");
    const { session } = await phone.connected();
    await laptop.connected();
    const listed = (await server.api("GET", "/api/users/ann")).body["connections"];
    assert.ok(Array.isArray(listed));
    assert.deepEqual(
      listed.map(({ device }) => device),
      ["phone", "laptop"],
    );
    phone.socket.terminate();
    await phone.closed;
    const kick = { device: "phone", reason: "reported as stolen" };
    const answer = await server.api("POST", "/api/users/ann/disconnect", kick);
    assert.deepEqual(answer.body, { user: "ann", connections: 1 });
    const back = await NativeClient.open(t, server);
    back.send({ type: "connect", id: 1, user: "ann", device: "phone", session });
    const error = await back.answer("error", 1);
    assert.deepEqual([error.code, error.message], ["session_refused", "reported as stolen"]);
    assert.deepEqual(await back.closed, { code: 4403, reason: "reported as stolen" });
    await laptop.settled();
    assert.equal(laptop.isClosed, false);
  });

  test("with revoke refuses its tokens from before, on every door, and takes newer ones", async (t) => {
    const server = await startTestServer(t, { settings: { auth: { secrets: [SECRET] } } });
    const old = tokenOf({ sub: "ann", device: "phone", iat: inSeconds(-5) });
    const phone = await NativeClient.open(t, server, `token=${old}`);
    await phone.connected();
    const kick = { device: "phone", revoke: true, reason: "reported as stolen", code: 4444 };
    assert.equal((await server.api("POST", "/api/users/ann/disconnect", kick)).status, 200);
    assert.deepEqual(await phone.closed, { code: 4444, reason: "reported as stolen" });
    const again = await NativeClient.open(t, server, `token=${old}`);
    assert.equal((await again.next("error")).code, "session_refused");
    assert.deepEqual(await again.closed, { code: 4403, reason: "reported as stolen" });
    await assert.rejects(NativeClient.open(t, server, `token=${old}`), /403/, "told once, then refused");
    for (const door of ["events?channels=news", "poll?channels=news"]) {
      const headers = { authorization: `Bearer ${old}` };
      const { status } = await fetch(`${server.url}/${door}`, { headers });
      assert.equal(status, 403, door);
    }
    const laptop = tokenOf({ sub: "ann", device: "laptop", iat: inSeconds(-5) });
    await (await NativeClient.open(t, server, `token=${laptop}`)).connected();
    const newer = tokenOf({ sub: "ann", device: "phone", iat: inSeconds(5) });
    await (await NativeClient.open(t, server, `token=${newer}`)).connected();
  });
});

describe("one account on so many devices", () => {
  test("the newest stays, and the oldest reads why it has to go", async (t) => {
    const server = await startTestServer(t, { settings: { sessions: { maxPerUser: 1 } }, logLevel: "info" });
    const phone = await NativeClient.open(t, server, "user=ann&device=phone");
    const { session } = await phone.connected();
    const bob = await NativeClient.open(t, server, "user=bob");
    await bob.connected();
    const laptop = await NativeClient.open(t, server, "user=ann&device=laptop");
    await laptop.connected();
    const { code, reason, reconnect } = await phone.next("disconnect");
    assert.deepEqual([code, reason, reconnect], [4410, "signed in on another device", false]);
    assert.equal((await phone.closed).code, 4410);
    const back = await NativeClient.open(t, server);
    back.send({ type: "connect", id: 1, user: "ann", session });
    assert.equal((await back.answer("error", 1)).message, "signed in on another device");
    const again = await NativeClient.open(t, server, "user=ann&device=laptop");
    await again.connected();
    assert.equal((await laptop.next("disconnect")).reason, "signed in again on this device");
    await bob.settled();
    assert.equal(bob.isClosed, false);
    assert.equal((await server.logLines("session.replaced")).length, 2);
  });

  test("with reject-new the new one is told, and one that comes back is not new", async (t) => {
    const sessions = { maxPerUser: 1, whenExceeded: "reject-new" };
    const server = await startTestServer(t, { settings: { sessions } });
    const phone = await NativeClient.open(t, server, "user=ann&device=phone");
    const { session } = await phone.connected();
    const laptop = await NativeClient.open(t, server, "user=ann&device=laptop");
    assert.equal((await laptop.next("error")).code, "too_many_sessions");
    assert.equal((await laptop.next("disconnect")).reconnect, false);
    assert.equal((await laptop.closed).code, 4411);
    assert.equal(phone.isClosed, false);
    const resumed = await NativeClient.open(t, server);
    resumed.send({ type: "connect", id: 1, user: "ann", device: "phone", session });
    assert.equal((await resumed.connected()).session, session);
    assert.equal((await phone.closed).code, 4409);
    for (const door of ["events?user=ann&channels=news", "poll?user=ann&channels=news"]) {
      assert.equal((await fetch(`${server.url}/${door}`)).status, 403, door);
    }
    resumed.socket.close(1000);
    await resumed.closed;
    await (await NativeClient.open(t, server, "user=ann&device=laptop")).connected();
  });
});

describe("an inbox", () => {
  test("is subscribed unasked, and gets what is pushed to the user, on every device", async (t) => {
    const server = await startTestServer(t);
    const name = "ann.lee@example.com";
    const query = `user=${encodeURIComponent(name)}`;
    const devices = [await NativeClient.open(t, server, query), await NativeClient.open(t, server, query)];
    for (const device of devices) {
      assert.equal((await device.next("subscribed")).channel, "@ann=2Elee@example=2Ecom");
    }
    const answer = await server.api("POST", `/api/users/${encodeURIComponent(name)}/messages`, {
      data: "psst",
    });
    assert.equal(answer.status, 201);
    for (const device of devices) assert.equal((await device.next("message")).data, "psst");
  });

  test("is nobody else's to read, by any command", async (t) => {
    const channels = [{ match: "**", subscribe: "anyone", publish: "anyone" }];
    const server = await startTestServer(t, { settings: { channels, demos: false } });
    await server.api("POST", "/api/users/ann/messages", { data: "secret" });
    for (const query of ["user=eve", "token=none"]) {
      const eve = await NativeClient.open(t, server, query);
      for (const [id, command] of [
        { type: "subscribe", since: "earliest" },
        { type: "history" },
        { type: "presence" },
        { type: "publish", data: "from eve" },
        { type: "ack", offset: 1 },
      ].entries()) {
        eve.send({ ...command, id: id + 1, channel: "@ann" });
        const error = await eve.answer("error", id + 1);
        assert.equal(error.code, "permission_denied", `${query}: ${command.type}`);
        assert.equal(error.channel, "@ann", "errors name their channel");
      }
      const byUrl = await NativeClient.open(t, server, `${query}&channels=@ann&since=earliest`);
      assert.equal((await byUrl.next("error")).code, "permission_denied");
      assert.ok(byUrl.frames.every(({ type }) => type !== "message"));
    }
  });

  test("goes on after what the user has read, or from the beginning", async (t) => {
    const server = await startTestServer(t);
    for (const data of [1, 2, 3]) await server.api("POST", "/api/users/ann/messages", { data });
    const first = await NativeClient.open(t, server, "user=ann");
    const subscribed = await first.next("subscribed");
    assert.equal(subscribed.unread, 3);
    assert.deepEqual(
      (await first.messages(3)).map(({ data }) => data),
      [1, 2, 3],
    );
    first.send({ type: "ack", id: 1, channel: "@ann", offset: 2 });
    const acked = await first.answer("acked", 1);
    assert.deepEqual([acked.offset, acked.unread], [2, 1]);
    const second = await NativeClient.open(t, server, "user=ann");
    assert.equal((await second.next("subscribed")).unread, 1);
    assert.equal((await second.next("message")).data, 3);
  });
});

describe("acknowledging", () => {
  test("tells the user's other sessions, never goes back and never passes the head", async (t) => {
    const server = await startTestServer(t);
    for (const data of [1, 2, 3]) await server.push("news", data);
    const phone = await NativeClient.open(t, server, "user=ann&channels=news");
    const laptop = await NativeClient.open(t, server, "user=ann");
    const bob = await NativeClient.open(t, server, "user=bob&channels=news");
    await laptop.connected();
    await bob.next("subscribed");
    phone.send({ type: "ack", channel: "news", offset: 2 });
    assert.deepEqual(await laptop.next("acked"), { type: "acked", channel: "news", offset: 2, unread: 1 });
    phone.send({ type: "ack", id: 1, channel: "news", offset: 1 });
    assert.equal((await phone.answer("acked", 1)).offset, 2, "it stays");
    phone.send({ type: "ack", id: 2, channel: "news", offset: 999 });
    const acked = await phone.answer("acked", 2);
    assert.deepEqual([acked.offset, acked.unread], [3, 0]);
    await bob.settled();
    assert.ok(
      bob.frames.every(({ type }) => type !== "acked"),
      "nobody else hears of it",
    );
  });

  test("one's own messages are not unread", async (t) => {
    const server = await startTestServer(t);
    const ann = await NativeClient.open(t, server, "user=ann");
    ann.send({ type: "publish", id: 1, channel: "chat", data: "mine" });
    await ann.answer("published", 1);
    await server.push("chat", "theirs");
    ann.send({ type: "subscribe", id: 2, channel: "chat" });
    assert.equal((await ann.answer("subscribed", 2)).unread, 1);
  });

  test("needs a known user and a channel with history", async (t) => {
    const settings = { channels: [{ match: "plain", history: "off" }] };
    const server = await startTestServer(t, { settings });
    const anonymous = await NativeClient.open(t, server, "channels=news");
    anonymous.send({ type: "ack", id: 1, channel: "news", offset: 1 });
    assert.equal((await anonymous.answer("error", 1)).code, "permission_denied");
    const ann = await NativeClient.open(t, server, "user=ann");
    ann.send({ type: "ack", id: 2, channel: "plain", offset: 1 });
    assert.equal((await ann.answer("error", 2)).code, "history_off");
  });
});
