import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { eventually } from "../support/deadline.ts";
import { ADMIN } from "../support/http-server.ts";
import { poll } from "../support/poll-client.ts";
import { startTransport, type TestTransport } from "../support/start-transport.ts";

const BULK = JSON.stringify("x".repeat(10_000));

async function publish({ domain }: TestTransport, dataJson: string): Promise<void> {
  const content = { dataJson, id: null, key: null, priority: null, exclude: null };
  assert.ok((await domain.pushing.publish(ADMIN, "news", content)).ok);
}

function sizeOf({ transports }: TestTransport): number {
  return transports.reduce((sum, { size }) => sum + size, 0);
}

describe("a client that polls", () => {
  test("is answered with nothing when its time is over, and forgotten when it does not ask again", async (t) => {
    const transport = await startTransport(t, { sessions: { graceMs: "1h" } });
    const first = (await poll(transport, { channels: "news" })).answer;
    assert.ok(first !== null);
    const { session, since } = first;
    let answered = false;
    const waiting = poll(transport, { session, since, waitMs: "20000" }).then((polled) => {
      answered = true;
      return polled;
    });
    await eventually("its time is over", () => {
      transport.passTime(5000);
      return answered;
    });
    assert.deepEqual((await waiting).answer, { session, since, frames: [] });
    assert.equal(sizeOf(transport), 1, "it is expected to ask again");
    transport.passTime(3_600_000);
    assert.equal(sizeOf(transport), 0);
    assert.equal(transport.domain.sessions.size, 0, "its session ends with it");
    assert.equal(transport.logger.of("connection.closed").length, 1);
  });

  test("keeps no more in memory than an outbox holds, however much it lets wait", async (t) => {
    const history = { messages: 5000, bytes: "1GB" };
    const settings = { channels: [{ match: "**", history }], limits: { outboxBytes: "64KB" } };
    const transport = await startTransport(t, settings);
    let last = (await poll(transport, { channels: "news" })).answer;
    for (let count = 0; count < 1000; count += 1) {
      await publish(transport, BULK);
      // A turn ends, so that each is handed out by itself.
      await setImmediate();
    }
    const offsets: number[] = [];
    while (offsets.length < 1000) {
      assert.ok(last !== null);
      const polled = await poll(transport, { session: last.session, since: last.since });
      // The limit, the message that went beyond it, and a page of the stream.
      assert.ok(polled.text.length < 64 * 1024 + 80_000, `${polled.text.length} bytes in one answer`);
      last = polled.answer;
      for (const frame of last?.frames ?? []) {
        const { type, offset } = Object(frame);
        assert.ok(type === "message" || type === "position", type);
        if (type === "message") offsets.push(offset);
      }
    }
    assert.deepEqual(
      offsets,
      Array.from({ length: 1000 }, (_, index) => index + 1),
    );
  });

  test("is refused with what is wrong, and takes nothing with it", async (t) => {
    const transport = await startTransport(t);
    for (const query of [
      { waitMs: "-1" },
      { waitMs: "1e3" },
      { waitMs: "60001" },
      { since: "k3" },
      { since: "k3:1,;2" },
    ]) {
      const { status, text } = await poll(transport, { channels: "news", ...query });
      assert.equal(status, 400, text);
    }
    assert.equal(sizeOf(transport), 0);
  });
});
