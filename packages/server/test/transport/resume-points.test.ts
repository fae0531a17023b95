import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseSinceList, type Position, type Since } from "@tidewire/protocol";
import fc from "fast-check";
import { ResumePoints } from "../../src/transport/resume-points.ts";

/** As parsers make them. */
const PLAIN = { noNullPrototype: true };

const epoch = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/).filter((text) => text !== "last");
const position: fc.Arbitrary<Position> = fc.record({ epoch, offset: fc.maxSafeNat() }, PLAIN);
const start: fc.Arbitrary<Since | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constant("earliest" as const),
  fc.record({ last: fc.integer({ min: 1, max: 1000 }) }, PLAIN),
  position,
);

describe("where a client goes on that knows nothing but its URL", () => {
  test("is what it asked for, until its subscription has a position, and then the last one", () => {
    const steps = fc.array(fc.dictionary(fc.constantFrom("a", "b", "c", "other"), fc.option(position)));
    fc.assert(
      fc.property(fc.array(start, { minLength: 3, maxLength: 3 }), steps, (starts, sessions) => {
        const expected = new Map(["a", "b", "c"].map((channel, index) => [channel, starts[index]]));
        const points = new ResumePoints(
          [...expected].map(([channel, since]) => (since === undefined ? { channel } : { channel, since })),
        );
        for (const session of [{}, ...sessions]) {
          const places = Object.entries(session);
          const subscriptions = new Map(places.map(([channel, place]) => [channel, { position: place }]));
          const text = points.advance({ subscriptions });
          for (const [channel, place] of places) {
            if (place !== null && expected.has(channel)) expected.set(channel, place);
          }
          const read = parseSinceList(text, [...expected.keys()]);
          assert.ok(read.ok, text);
          assert.deepEqual(
            read.channels.map(({ since }) => since),
            [...expected.values()],
          );
        }
      }),
    );
  });
});
