import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { at } from "../support/api-client.ts";
import { startHttp } from "../support/http-server.ts";
import { TestClient } from "../support/test-client.ts";

function names(page: unknown): readonly unknown[] {
  const channels = at(page, "channels");
  assert.ok(Array.isArray(channels));
  return channels.map((one) => at(one, "channel"));
}

describe("listing channels over HTTP", () => {
  test("those that hold messages and those that are held now are listed once, by name", async (context) => {
    const { api, domain } = await startHttp(context);
    await api.ok("POST", "/api/publish", { body: { messages: [{ channels: ["b", "d", "a"], data: 1 }] } });
    const client = new TestClient(domain, null, ["c", "b"]);
    await Promise.all([client.frame("subscribed", "b"), client.frame("subscribed", "c")]);
    assert.deepEqual(await api.ok("GET", "/api/channels"), {
      channels: [
        { channel: "a", subscribers: 0 },
        { channel: "b", subscribers: 1 },
        { channel: "c", subscribers: 1 },
        { channel: "d", subscribers: 0 },
      ],
    });
  });

  test("pages lead through all of them, and the last one has no cursor", async (context) => {
    const { api } = await startHttp(context);
    const channels = ["a", "b.1", "b.2", "c", "d"];
    await api.ok("POST", "/api/publish", { body: { messages: [{ channels, data: 1 }] } });
    const first = await api.ok("GET", "/api/channels?limit=2");
    const second = await api.ok("GET", `/api/channels?limit=2&cursor=${String(at(first, "cursor"))}`);
    const third = await api.ok("GET", `/api/channels?limit=2&cursor=${String(at(second, "cursor"))}`);
    assert.deepEqual([first, second, third].flatMap(names), channels);
    assert.equal(at(third, "cursor"), undefined);
  });

  test("a pattern picks, page by page", async (context) => {
    const { api } = await startHttp(context);
    const channels = ["chat", "chat.a", "chat.a.b", "chat.b", "chatter", "news"];
    await api.ok("POST", "/api/publish", { body: { messages: [{ channels, data: 1 }] } });
    assert.deepEqual(names(await api.ok("GET", "/api/channels?match=chat.**")), channels.slice(0, 4));
    const first = await api.ok("GET", "/api/channels?match=chat.*&limit=1");
    const second = await api.ok(
      "GET",
      `/api/channels?match=chat.*&limit=1&cursor=${String(at(first, "cursor"))}`,
    );
    assert.deepEqual([names(first), names(second)], [["chat.a"], ["chat.b"]]);
    assert.equal(at(second, "cursor"), undefined);
    assert.deepEqual(await api.refused("GET", "/api/channels?match=chat*"), [400, "invalid_pattern"]);
  });
});

describe("reading a channel over HTTP", () => {
  test("it tells the position from which a rendered page goes on", async (context) => {
    const { api } = await startHttp(context);
    const { json } = await api.call("POST", "/api/channels/news/messages", { body: { data: 1 } });
    const epoch = at(json, "epoch");
    assert.deepEqual(await api.ok("GET", "/api/channels/news"), {
      channel: "news",
      epoch,
      offset: 1,
      subscribers: 0,
    });
  });

  test("without history it has no position, and where presence is kept it counts who is there", async (context) => {
    const { api, domain } = await startHttp(context, {
      channels: [{ match: "room", history: "off", presence: true }],
    });
    const client = new TestClient(domain, "ann", ["room"]);
    await client.frame("subscribed", "room");
    assert.deepEqual(await api.ok("GET", "/api/channels/room"), {
      channel: "room",
      subscribers: 1,
      members: 1,
    });
  });

  test("a name that is none is refused, however long", async (context) => {
    const { api } = await startHttp(context);
    for (const name of ["a%20b", "a..b", "%24x", "x".repeat(201), "x".repeat(4000)]) {
      assert.deepEqual(await api.refused("GET", `/api/channels/${name}`), [400, "invalid_channel"], name);
    }
  });
});

describe("presence over HTTP", () => {
  test("it lists the members, with what they show of themselves", async (context) => {
    const { api, domain } = await startHttp(context, { channels: [{ match: "room", presence: true }] });
    assert.deepEqual(await api.ok("GET", "/api/channels/room/presence"), {
      channel: "room",
      count: 0,
      members: [],
    });
    const ann = new TestClient(domain, "ann", ["room"], { name: "Ann" });
    await ann.frame("subscribed", "room");
    const nobody = new TestClient(domain, null, ["room"]);
    await nobody.frame("subscribed", "room");
    assert.deepEqual(await api.ok("GET", "/api/channels/room/presence"), {
      channel: "room",
      count: 2,
      members: [
        { user: "ann", connection: ann.connection, info: { name: "Ann" } },
        { connection: nobody.connection },
      ],
    });
  });

  test("it comes in pages, in the order of coming, and counts all of them", async (context) => {
    const { api, domain } = await startHttp(context, {
      channels: [{ match: "room", presence: true, presenceList: 2 }],
    });
    const users = ["ann", "bob", "cem", "dan", "eve"];
    for (const user of users) await new TestClient(domain, user, ["room"]).frame("subscribed", "room");
    const page = (cursor: unknown): Promise<unknown> =>
      api.ok("GET", `/api/channels/room/presence?limit=2&cursor=${String(cursor)}`);
    const first = await api.ok("GET", "/api/channels/room/presence?limit=2");
    const second = await page(at(first, "cursor"));
    const last = await page(at(second, "cursor"));
    const pages = [first, second, last].map((one) => at(one, "members"));
    assert.deepEqual(
      pages.map((members) =>
        Array.isArray(members) ? members.map((member) => at(member, "user")) : members,
      ),
      [["ann", "bob"], ["cem", "dan"], ["eve"]],
    );
    for (const one of [first, second, last]) assert.equal(at(one, "count"), 5);
    assert.equal(at(last, "cursor"), undefined, "there is no more");
    for (const foreign of ["x", "-1", "1e9", "9".repeat(30)]) {
      const path = `/api/channels/room/presence?cursor=${foreign}`;
      assert.deepEqual(await api.refused("GET", path), [400, "invalid_field"], foreign);
    }
  });

  test("a channel that keeps none says so", async (context) => {
    const { api } = await startHttp(context);
    assert.deepEqual(await api.refused("GET", "/api/channels/news/presence"), [409, "presence_off"]);
  });
});

describe("receipts over HTTP", () => {
  test("they tell up to where each user has acknowledged, in pages", async (context) => {
    const { api, store } = await startHttp(context);
    for (let n = 0; n < 3; n++) await api.ok("POST", "/api/channels/news/messages", { body: { data: n } });
    await store.cursors.advance("bob", "news", 3);
    await store.cursors.advance("ann", "news", 1);
    const first = await api.ok("GET", "/api/channels/news/receipts?limit=1");
    assert.deepEqual([at(first, "receipts", 0, "user"), at(first, "receipts", 0, "offset")], ["ann", 1]);
    const second = await api.ok(
      "GET",
      `/api/channels/news/receipts?limit=1&cursor=${String(at(first, "cursor"))}`,
    );
    assert.deepEqual([at(second, "receipts", 0, "user"), at(second, "receipts", 0, "offset")], ["bob", 3]);
    assert.equal(at(second, "cursor"), undefined);
  });

  test("a channel without history has none to give", async (context) => {
    const { api } = await startHttp(context, { channels: [{ match: "live", history: "off" }] });
    assert.deepEqual(await api.refused("GET", "/api/channels/live/receipts"), [409, "history_off"]);
  });
});
