import assert from "node:assert/strict";
import { eventually } from "./deadline.ts";
import type { TestServer } from "./start-test-server.ts";

/** How often a limit was exceeded, as the metrics tell it. They are asked by a request of their own. */
export async function hitsOf(server: TestServer, limit: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(
    new RegExp(`^tidewire_limits_hit_total\\{limit="${limit}"\\} (\\d+)$`, "m").exec(text)?.[1] ?? 0,
  );
}

/** The one line in the log about limits, which is about this one. */
export async function loggedOnce(
  server: TestServer,
  limit: string,
): Promise<Readonly<Record<string, unknown>>> {
  await eventually(`a line about ${limit}`, async () => (await server.logLines("limit.reached")).length > 0);
  const lines = await server.logLines("limit.reached");
  assert.deepEqual(
    lines.map((line) => line["limit"]),
    [limit],
  );
  return lines[0] ?? {};
}
