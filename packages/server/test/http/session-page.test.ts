import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ANONYMOUS } from "../../src/core/identity.ts";
import { Session } from "../../src/core/session.ts";
import { pageOfSessions } from "../../src/http/session-page.ts";

const sessions = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.string({ minLength: 1 })), {
    selector: ([, id]) => id,
  })
  .map((places) => places.map(([atMs, id]) => new Session(id, id, ANONYMOUS, atMs)));

describe("a page of sessions", () => {
  test("page after page, each comes once, in the order of connecting", () => {
    fc.assert(
      fc.property(sessions, fc.integer({ min: 1, max: 3 }), (all, limit) => {
        const seen: Session[] = [];
        let cursor: string | undefined;
        do {
          const page = pageOfSessions(all, cursor, limit);
          assert.ok(page !== null, "the cursor of a page must be accepted");
          seen.push(...page.sessions);
          cursor = page.cursor;
        } while (cursor !== undefined);
        assert.equal(seen.length, all.length);
        assert.deepEqual(new Set(seen), new Set(all));
        const times = seen.map(({ connectedAtMs }) => connectedAtMs);
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        );
      }),
    );
  });

  test("the end of a session does not invalidate a cursor that names it", () => {
    const all = ["a", "b", "c"].map((id) => new Session(id, id, ANONYMOUS, 7));
    const cursor = pageOfSessions(all, undefined, 2)?.cursor;
    const rest = pageOfSessions([...all.slice(0, 1), ...all.slice(2)], cursor, 2);
    assert.deepEqual(
      rest?.sessions.map(({ id }) => id),
      ["c"],
    );
  });

  test("what is no cursor gives no page", () => {
    for (const cursor of ["", "x", "1", "1.", ".x", "-1.x"])
      assert.equal(pageOfSessions([], cursor, 1), null, cursor);
  });
});
