import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { at } from "../support/api-client.ts";
import { startHttp } from "../support/http-server.ts";
import { TestClient } from "../support/test-client.ts";

function ids(page: unknown): readonly unknown[] {
  const connections = at(page, "connections");
  assert.ok(Array.isArray(connections));
  return connections.map((one) => at(one, "connection"));
}

describe("connections over HTTP", () => {
  test("pages lead through all of them, each once", async (context) => {
    const { api, domain } = await startHttp(context);
    const clients = Array.from({ length: 5 }, () => new TestClient(domain, null));
    const seen: unknown[] = [];
    let cursor = "";
    do {
      const page = await api.ok("GET", `/api/connections?limit=2${cursor}`);
      seen.push(...ids(page));
      const next = at(page, "cursor");
      cursor = typeof next === "string" ? `&cursor=${next}` : "";
    } while (cursor !== "");
    assert.equal(seen.length, 5);
    assert.deepEqual(new Set(seen), new Set(clients.map(({ connection }) => connection)));
  });

  test("they are found by user and by channel", async (context) => {
    const { api, domain } = await startHttp(context);
    const ann = new TestClient(domain, "ann", ["news"]);
    const bob = new TestClient(domain, "bob", ["news"]);
    const idle = new TestClient(domain, "ann");
    await Promise.all([ann.frame("subscribed", "news"), bob.frame("subscribed", "news")]);
    const find = async (query: string) => new Set(ids(await api.ok("GET", `/api/connections?${query}`)));
    assert.deepEqual(await find("user=ann"), new Set([ann.connection, idle.connection]));
    assert.deepEqual(await find("channel=news"), new Set([ann.connection, bob.connection]));
    assert.deepEqual(await find("channel=news&user=ann"), new Set([ann.connection]));
    assert.deepEqual(await find("channel=nothing"), new Set());
  });

  test("a cursor or filter that cannot be is refused", async (context) => {
    const { api } = await startHttp(context);
    assert.deepEqual(await api.refused("GET", "/api/connections?cursor=x"), [400, "invalid_field"]);
    assert.deepEqual(await api.refused("GET", "/api/connections?channel=a..b"), [400, "invalid_channel"]);
    assert.deepEqual(await api.refused("GET", "/api/connections?user="), [400, "invalid_field"]);
  });

  test("a single one is closed, with a reason if there is one", async (context) => {
    const { api, domain } = await startHttp(context);
    const [first, second] = [new TestClient(domain, "ann"), new TestClient(domain, "ann")];
    const path = `/api/connections/${first.connection}?reason=old%20tab&code=4410`;
    assert.deepEqual(await api.ok("DELETE", path), { connection: first.connection });
    assert.deepEqual([first.closedWith, second.closedWith], [{ code: 4410, reason: "old tab" }, null]);
    assert.deepEqual(await api.refused("DELETE", `/api/connections/${first.connection}`), [404, "not_found"]);
    assert.deepEqual(await api.refused("DELETE", "/api/connections/x?code=1000"), [400, "invalid_field"]);
  });
});
