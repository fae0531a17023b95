import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { formatEventId, OVER, parseEventId } from "../../src/transport/event-id.ts";

const word = fc.stringMatching(/^[\w-]{1,64}$/);
const since = fc.stringMatching(/^[^;]*$/);

describe("the id of an event", () => {
  test("comes back as it was written", () => {
    fc.assert(
      fc.property(since, word, fc.oneof(word, fc.constant(OVER)), (list, connection, hash) => {
        assert.deepEqual(parseEventId(formatEventId(list, connection, hash)), {
          since: list,
          session: { connection, hash },
        });
      }),
    );
  });

  test("may be written by hand, without a session", () => {
    assert.deepEqual(parseEventId("k3:41,"), { since: "k3:41,", session: null });
  });

  test("is none when something else stands behind the list", () => {
    for (const text of [
      ";",
      "k3:41;",
      "k3:41;c7",
      "k3:41;c7;",
      "k3:41;;hash",
      "k3:41;c7;a;b",
      "k3:41;c 7;hash",
    ]) {
      assert.equal(parseEventId(text), undefined, text);
    }
  });

  test("is read or refused whatever it is, in little time", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 5000, unit: fc.constantFrom(";", ":", ",", "a", " ", "\n", "é") }),
        (text) => {
          const read = parseEventId(text);
          assert.ok(read === undefined || text.startsWith(read.since));
        },
      ),
    );
  });
});
