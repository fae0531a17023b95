import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CoreWorld } from "../support/core-world.ts";
import { FakeOutbox, lineEncoding } from "../support/fake-outbox.ts";
import { type Fate, UnreliableListener } from "../support/unreliable-listener.ts";

const FATES = fc.array(fc.constantFrom<Fate>("pass", "pass", "drop", "delay", "repeat"), { maxLength: 30 });

test("a broker that drops, delays and repeats reports costs a subscriber nothing", async () => {
  await fc.assert(
    fc.asyncProperty(FATES, async (fates) => {
      const world = new CoreWorld();
      const link = new UnreliableListener((messages) => world.hub.receive(messages), fates.values());
      world.streams.listener = link.hear;
      const outbox = new FakeOutbox(lineEncoding());
      world.connect(outbox, { subscriptions: [{ channel: "news" }] });
      await world.settle();
      for (let index = 1; index <= fates.length; index += 1) {
        await world.publish("news", index);
        await world.settle();
      }
      // The fates are used up: this one arrives, and shows whatever was lost before it by a jump.
      await world.publish("news", "last");
      link.release();
      await world.settle();
      const offsets = outbox.drain().flatMap((push) => (push.type === "message" ? push.offset : []));
      assert.deepEqual(
        offsets,
        Array.from({ length: fates.length + 1 }, (_, index) => index + 1),
        `with reports that ${fates.join(", ")}`,
      );
    }),
    { numRuns: 200 },
  );
});
