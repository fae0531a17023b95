import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { Webhook } from "standardwebhooks";
import { MemoryQueues } from "../../src/broker/memory/memory-queues.ts";
import type { Queue } from "../../src/core/queue.ts";
import { HttpPoster } from "../../src/hooks/http-poster.ts";
import { Delivery } from "../../src/hooks/tell/delivery.ts";
import { retryDelayMs } from "../../src/hooks/tell/retry-delay.ts";
import { type AnswerBackend, type BackendServer, SECRET, startBackend } from "../support/backend-server.ts";
import { eventually, PATIENCE_MS } from "../support/deadline.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { RecordingLogger } from "../support/recording-logger.ts";

const MAX_AGE_MS = 3_600_000;

interface Setting {
  readonly backend: BackendServer;
  readonly queue: Queue;
  readonly delivery: Delivery;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  /** The waits before retries so far. Time passes for them on the fake clock. */
  readonly pauses: number[];
  readonly outcomes: Record<string, number>;
  readonly put: (...texts: readonly string[]) => Promise<void>;
}

async function start(t: TestContext, answer: AnswerBackend): Promise<Setting> {
  const backend = await startBackend(t, answer);
  const queue = new MemoryQueues().open("q");
  const poster = new HttpPoster(4);
  // Only signatures look at the real time.
  const clock = new FakeClock(Date.now());
  const logger = new RecordingLogger();
  const pauses: number[] = [];
  const outcomes: Record<string, number> = {};
  const delivery = new Delivery(
    {
      url: backend.url,
      name: "endpoint",
      secrets: [SECRET],
      timeoutMs: PATIENCE_MS,
      batchEvents: 3,
      maxAgeMs: MAX_AGE_MS,
    },
    {
      queue,
      poster,
      clock,
      random: () => 1,
      pause: async (delayMs) => {
        pauses.push(delayMs);
        clock.advance(delayMs);
      },
      logger,
      observe: (outcome, events) => {
        outcomes[outcome] = (outcomes[outcome] ?? 0) + events;
      },
    },
  );
  t.after(async () => {
    await delivery.stop();
    poster.close();
  });
  const put = async (...texts: readonly string[]): Promise<void> => {
    const add = texts.map((text) => ({ timeMs: clock.nowMs(), json: JSON.stringify({ text }) }));
    await queue.put({ add, mark: [], unmark: [] });
    delivery.wake();
  };
  return { backend, queue, delivery, clock, logger, pauses, outcomes, put };
}

function textsOf(backend: BackendServer): readonly unknown[] {
  return backend.requests.map(({ json }) => {
    const { events } = json;
    return Array.isArray(events) ? events.map((event: unknown) => Reflect.get(Object(event), "text")) : null;
  });
}

describe("delivering events", () => {
  test("posts batches in order, signed, and forgets what was taken", async (t) => {
    const { backend, queue, put, outcomes } = await start(t, () => 204);
    await put("a", "b", "c", "d", "e");
    await eventually("all are taken", () => queue.length === 0);
    assert.deepEqual(textsOf(backend), [
      ["a", "b", "c"],
      ["d", "e"],
    ]);
    for (const { body, headers } of backend.requests) {
      assert.deepEqual(new Webhook(SECRET).verify(body, headers), JSON.parse(body));
    }
    await put("f");
    await eventually("the next is taken", () => queue.length === 0);
    assert.deepEqual([textsOf(backend).at(-1), outcomes], [["f"], { delivered: 6 }]);
  });

  test("tries a batch again, as the same one and later each time, before it goes on", async (t) => {
    let failures = 4;
    const { backend, queue, put, pauses, logger } = await start(t, () => ((failures -= 1) >= 0 ? 500 : 200));
    await put("a");
    await backend.received(1);
    await put("b");
    await eventually("all are taken", () => queue.length === 0);
    assert.deepEqual(textsOf(backend), [...Array(5).fill(["a"]), ["b"]]);
    assert.equal(new Set(backend.requests.slice(0, 5).map(({ headers }) => headers["webhook-id"])).size, 1);
    assert.notEqual(backend.requests[5]?.headers["webhook-id"], backend.requests[4]?.headers["webhook-id"]);
    assert.deepEqual(pauses, [1000, 2000, 4000, 8000]);
    assert.equal(logger.of("webhook.failed").length, 4);
  });

  test("drops what has grown too old, and says how much", async (t) => {
    const { queue, put, clock, logger, outcomes, backend } = await start(t, () => 500);
    await put("a", "b");
    await backend.received(1);
    clock.advance(MAX_AGE_MS);
    await eventually("they are dropped", () => queue.length === 0);
    // It may have been tried again before the clock was moved.
    assert.equal(outcomes["expired"], 2);
    const [line] = logger.of("webhook.dropped");
    assert.equal(Reflect.get(line?.fields ?? {}, "events"), 2);
    backend.answer = () => 200;
    await put("c");
    await eventually("the next is taken", () => queue.length === 0);
    assert.deepEqual(textsOf(backend).at(-1), ["c"]);
  });

  test("ends in the middle of a batch, which stays in the queue", async (t) => {
    const { queue, put, delivery, backend } = await start(t, () => () => {});
    await put("a");
    await backend.received(1);
    await delivery.stop();
    assert.equal(queue.length, 1);
    delivery.wake();
    assert.equal(backend.requests.length, 1);
  });

  test("waits a second first, at most five minutes later, and half of it by chance", () => {
    assert.deepEqual(
      [1, 2, 3, 9, 10, 1000].map((failures) => retryDelayMs(failures, 1)),
      [1000, 2000, 4000, 256_000, 300_000, 300_000],
    );
    assert.deepEqual(
      [1, 2, 1000].map((failures) => retryDelayMs(failures, 0)),
      [500, 1000, 150_000],
    );
  });
});
