import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { exceedsUtf8, type PublishRequest } from "../../src/core/publish.ts";
import { CoreWorld } from "../support/core-world.ts";

const REQUEST: PublishRequest = {
  channel: "news",
  dataJson: "1",
  id: null,
  key: null,
  priority: null,
  exclude: null,
  from: { kind: "api" },
  door: "http",
};

describe("publishing", () => {
  test("what is published within one turn goes to the broker as one batch, in the order of the calls", async () => {
    const world = new CoreWorld();
    const batches: string[][] = [];
    const append = world.streams.append.bind(world.streams);
    world.streams.append = (batch) => {
      batches.push(batch.map(({ dataJson }) => dataJson));
      return append(batch);
    };
    const results = await Promise.all(
      ["1", "2", "3"].map((dataJson) => world.publishing.publish({ ...REQUEST, dataJson })),
    );
    assert.deepEqual(batches, [["1", "2", "3"]]);
    assert.deepEqual(
      results.map((result) => (result.ok ? result.offset : result.code)),
      [1, 2, 3],
      "each caller gets its own position",
    );
    await world.publishing.publish({ ...REQUEST, dataJson: "4" });
    assert.deepEqual(batches[1], ["4"]);
  });

  test("an id that the publisher chose goes with it; otherwise the server makes one that is not kept", async () => {
    const world = new CoreWorld();
    const seen: (readonly [string, boolean])[] = [];
    const append = world.streams.append.bind(world.streams);
    world.streams.append = (batch) => {
      for (const { id, chosenId } of batch) seen.push([id, chosenId]);
      return append(batch);
    };
    await world.publishing.publish({ ...REQUEST, id: "mine" });
    await world.publishing.publish(REQUEST);
    assert.deepEqual(seen[0], ["mine", true]);
    assert.equal(seen[1]?.[1], false);
    assert.notEqual(seen[1]?.[0], "");
  });

  test("a wrong channel, a wrong id and too much data are refused before the broker hears of them", async () => {
    const world = new CoreWorld((channel) => (channel === "small" ? { messageBytes: 10 } : {}));
    for (const [request, code] of [
      [{ channel: "a b" }, "invalid_channel"],
      [{ channel: "$broadcast" }, "invalid_channel"],
      [{ id: "" }, "invalid_field"],
      [{ id: "ü" }, "invalid_field"],
      [{ id: "x".repeat(129) }, "invalid_field"],
      [{ channel: "small", dataJson: JSON.stringify("üüüüü") }, "message_too_large"],
    ] as const) {
      const refused = await world.publishing.publish({ ...REQUEST, ...request });
      assert.ok(!refused.ok && refused.code === code, JSON.stringify(request));
    }
    assert.equal(world.streams.headOf("news").offset, 0);
    const fits = await world.publishing.publish({ ...REQUEST, channel: "small", dataJson: '"üüüü"' });
    assert.ok(fits.ok, "ten bytes are ten bytes");
  });

  test("a store that is away makes it an error to be tried again", async () => {
    const world = new CoreWorld();
    world.streams.isAway = true;
    const refused = await world.publishing.publish(REQUEST);
    assert.ok(!refused.ok && refused.code === "not_available");
  });

  test("the length in UTF-8 is counted right, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.nat(200), (text, limit) => {
        assert.equal(exceedsUtf8(text, limit), Buffer.byteLength(text) > limit);
      }),
    );
  });
});
