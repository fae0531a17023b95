import assert from "node:assert/strict";
import { test } from "node:test";
import { listen, openClient } from "../support/hear.ts";
import { startExample } from "../support/start-example.ts";

test("examples/fastify shows a price that was set on every screen, logs where Fastify does, and ends with it", async (t) => {
  const program = await startExample(t, "fastify/server.mjs");
  const next = await listen(openClient(t, program.url), "price.tea");
  const put = await fetch(`${program.url}/prices/tea`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ pence: 250 }),
  });
  assert.deepEqual([put.status, await put.json()], [201, { subscribers: 1 }]);
  assert.deepEqual(await next(), { pence: 250 });
  assert.equal(await program.stop(), 0);
  const lines = program.output().split("\n");
  for (const event of ["server.embedded", "channel.subscribe", "channel.publish", "server.stopped"]) {
    assert.ok(
      lines.some((line) => line.startsWith("{") && JSON.parse(line).event === event),
      event,
    );
  }
});
