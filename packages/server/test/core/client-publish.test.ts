import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type ClientMessage, type HookData, NO_HOOKS } from "../../src/core/hooks.ts";
import { type Refusal, refuse } from "../../src/core/refusal.ts";
import { CoreWorld } from "../support/core-world.ts";
import { FakeOutbox, lineEncoding } from "../support/fake-outbox.ts";

interface Asked {
  readonly message: ClientMessage;
  readonly answer: (answer: Refusal | HookData) => void;
}

const ASKING = { publish: "hook" } as const;

/** A world whose backend answers when the test says so. */
function worldWithBackend(): { readonly world: CoreWorld; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const publish = (_session: unknown, message: ClientMessage): Promise<Refusal | HookData> =>
    new Promise((answer) => {
      asked.push({ message, answer });
    });
  const world = new CoreWorld((channel) => (channel.startsWith("free") ? {} : ASKING), {
    ...NO_HOOKS,
    publish,
  });
  return { world, asked };
}

function messageTo(channel: string, data: unknown) {
  return { channel, dataJson: JSON.stringify(data), id: null, key: null, priority: null };
}

describe("what a client publishes", () => {
  test("is published in its order per channel, however the backend takes its time", async () => {
    const channels = ["a", "b", "free.c"] as const;
    const step = fc.oneof(
      { weight: 2, arbitrary: fc.record({ send: fc.constantFrom(...channels) }) },
      { weight: 3, arbitrary: fc.record({ answer: fc.nat(20), allow: fc.boolean() }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { world, asked } = worldWithBackend();
        const session = world.connect(new FakeOutbox(lineEncoding()));
        const sent = new Map<string, number[]>(channels.map((channel) => [channel, []]));
        const refused = new Set<number>();
        let number = 0;
        const answerOne = async (which: number, allow: boolean): Promise<void> => {
          const [one] = asked.splice(which % Math.max(1, asked.length), 1);
          if (one === undefined) return;
          if (!allow) refused.add(Number(one.message.dataJson));
          one.answer(allow ? { ok: true, dataJson: one.message.dataJson } : refuse("permission_denied"));
          await world.settle();
        };
        for (const one of steps) {
          if ("send" in one) {
            number += 1;
            sent.get(one.send)?.push(number);
            void world.clientPublishing.publish(session, messageTo(one.send, number));
          } else {
            await answerOne(one.answer, one.allow);
          }
        }
        while (asked.length > 0) await answerOne(0, true);
        await world.settle();
        for (const channel of channels) {
          const expected = sent.get(channel)?.filter((one) => !refused.has(one));
          assert.deepEqual(published(world, channel), expected);
        }
        assert.equal(session.publishing, null, "nothing is kept of what is done");
      }),
      { numRuns: 60 },
    );
  });

  test("is asked about one at a time per channel, and channels do not wait for each other", async () => {
    const { world, asked } = worldWithBackend();
    const session = world.connect(new FakeOutbox(lineEncoding()));
    for (const channel of ["a", "a", "b"]) {
      void world.clientPublishing.publish(session, messageTo(channel, asked.length));
    }
    await world.settle();
    assert.deepEqual(
      asked.map(({ message }) => message.channel),
      ["a", "b"],
    );
  });

  test("is what the backend makes of it", async () => {
    const { world, asked } = worldWithBackend();
    const session = world.connect(new FakeOutbox(lineEncoding()));
    const publishing = world.clientPublishing.publish(session, messageTo("a", "damn"));
    await world.settle();
    asked[0]?.answer({ ok: true, dataJson: '"d***"' });
    assert.equal((await publishing).ok, true);
    assert.deepEqual(published(world, "a"), ["d***"]);
  });

  test("is refused when its sender was kicked while the backend was asked", async () => {
    const { world, asked } = worldWithBackend();
    const session = world.connect(new FakeOutbox(lineEncoding()));
    const publishing = world.clientPublishing.publish(session, messageTo("a", 1));
    await world.settle();
    await world.kicking.disconnectConnection(session.connection, {
      code: 4400,
      reason: "out",
      retryAfterMs: 0,
    });
    asked[0]?.answer({ ok: true, dataJson: "1" });
    const refusal = await publishing;
    assert.equal("code" in refusal && refusal.code, "session_refused");
    assert.deepEqual(published(world, "a"), []);
  });

  test("is refused where the rule asks a backend that is not configured", async () => {
    const world = new CoreWorld(() => ASKING);
    const session = world.connect(new FakeOutbox(lineEncoding()));
    const refusal = await world.clientPublishing.publish(session, messageTo("a", 1));
    assert.equal("code" in refusal && refusal.code, "permission_denied");
  });
});

/** The data of everything in a channel, in its order. */
function published({ streams }: CoreWorld, channel: string): readonly unknown[] {
  const { offset } = streams.headOf(channel);
  return Array.from({ length: offset }, (_, index): unknown =>
    JSON.parse(streams.messageAt(channel, index + 1)?.dataJson ?? "null"),
  );
}
