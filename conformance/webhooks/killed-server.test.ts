import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { SECRET, startBackend } from "../../packages/server/test/support/backend-server.ts";
import { eventually } from "../../packages/server/test/support/deadline.ts";
import { NativeClient } from "../../packages/server/test/support/native-client.ts";
import { type ToldEvent, toldTo } from "../../packages/server/test/support/told-events.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";

const CHANNEL = "room.1";
const KILLS = 3;
/** So many acknowledgements in, the server is killed, with as many publishes still under way. */
const ACKNOWLEDGED_BEFORE_KILL = 30;

/** Publishes as fast as it can until the server is killed; gives the ids of the messages that were acknowledged. */
async function publishUntilKilled(
  t: TestContext,
  server: ServerProcess,
  round: number,
): Promise<readonly string[]> {
  const wsUrl = server.url.replace("http", "ws");
  const client = await NativeClient.open(t, { wsUrl }, `user=u${round}&channels=${CHANNEL}`);
  await client.next("presence");
  for (let id = 1; id <= 2 * ACKNOWLEDGED_BEFORE_KILL; id += 1) {
    client.send({ type: "publish", id, channel: CHANNEL, data: id, messageId: `${round}-${id}` });
  }
  for (let acknowledged = 0; acknowledged < ACKNOWLEDGED_BEFORE_KILL; acknowledged += 1) {
    await client.next("published");
  }
  await server.kill();
  await client.closed;
  return client.frames.flatMap((push) => (push.type === "published" ? [push.messageId] : []));
}

/** Each event once, in the order in which it was first told. */
function withoutRepeats(events: readonly ToldEvent[]): readonly ToldEvent[] {
  return [...new Map(events.map((event) => [event.id, event] as const)).values()];
}

test("a server that is killed again and again tells its backend everything in the end, in order", async (t) => {
  let calls = 0;
  // Every third batch is not taken.
  const backend = await startBackend(t, () => ((calls += 1) % 3 === 0 ? 503 : 204));
  const server = await startServerProcess({
    settings: {
      channels: [{ match: "room.*", presence: true, publish: "users" }],
      webhooks: {
        endpoints: [{ url: backend.url, channels: ["room.*"], events: ["member.*", "message.*"] }],
        secrets: [SECRET],
        batchEvents: 30,
        restartGraceMs: 0,
      },
    },
  });
  t.after(() => server.stop());
  const acknowledged: string[] = [];
  for (let round = 0; round < KILLS; round += 1) {
    acknowledged.push(...(await publishUntilKilled(t, server, round)));
    await server.start();
  }
  const told = (): readonly ToldEvent[] => withoutRepeats(toldTo(backend));
  const toldIds = (): ReadonlySet<unknown> => new Set(told().map(({ messageId }) => messageId));
  await eventually("everything acknowledged is told", () => {
    const ids = toldIds();
    return acknowledged.every((id) => ids.has(id));
  });
  await eventually("everybody is told to be gone", () =>
    [0, 1, 2].every((round) =>
      told().some(({ type, user }) => type === "member.left" && user === `u${round}`),
    ),
  );
  const offsets = told().flatMap(({ type, offset }) =>
    type === "message.published" ? [Number(offset)] : [],
  );
  assert.deepEqual(
    offsets,
    offsets.toSorted((a, b) => a - b),
    "messages are told in their order",
  );
  for (let round = 0; round < KILLS; round += 1) {
    const types = told()
      .filter(({ user }) => user === `u${round}`)
      .map(({ type }) => type);
    assert.deepEqual([types[0], types.at(-1)], ["member.joined", "member.left"]);
    assert.equal(types.filter((type) => type === "member.joined").length, 1);
  }
});
