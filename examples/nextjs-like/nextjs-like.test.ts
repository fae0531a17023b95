import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { StubbornProxy } from "../../conformance/sdk/support/stubborn-proxy.ts";
import { listen, openClient } from "../support/hear.ts";
import { startExample } from "../support/start-example.ts";

function order(url: string, what: string): Promise<Response> {
  return fetch(`${url}/orders`, { method: "POST", body: JSON.stringify({ what }) });
}

describe("examples/nextjs-like", () => {
  test("publishes from a route, and reaches WebSockets and those that have none", async (t) => {
    const program = await startExample(t, "nextjs-like/server.mjs");
    const next = await listen(openClient(t, program.url), "orders");
    const withoutWebSocket = await StubbornProxy.start(t, Number(new URL(program.url).port), {
      upgrades: "refused",
    });
    const nextByStream = await listen(openClient(t, withoutWebSocket.url), "orders");
    assert.deepEqual(withoutWebSocket.asked, ["WebSocket", "/tidewire/events"]);
    const answered = await order(program.url, "tea");
    assert.deepEqual([answered.status, await answered.json()], [201, { offset: 1 }]);
    assert.deepEqual(await next(), { what: "tea" });
    assert.deepEqual(await nextByStream(), { what: "tea" });
    assert.equal((await fetch(`${program.url}/nothing`)).status, 404);
    assert.equal(await program.stop(), 0);
  });
});
