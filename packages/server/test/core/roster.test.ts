import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Member } from "../../src/core/push.ts";
import { Roster } from "../../src/core/roster.ts";
import { lineEncoding } from "../support/fake-outbox.ts";

const ENCODING = lineEncoding();

function member(connection: string, infoJson: string | null = null): Member {
  return { user: null, connection, infoJson };
}

function names(members: readonly Member[]): readonly string[] {
  return members.map(({ connection }) => connection);
}

describe("a channel's roster", () => {
  test("who comes and goes within one turn is not announced", () => {
    const roster = new Roster("room");
    roster.join(member("a"));
    roster.leave("a");
    assert.deepEqual(roster.takeChanges(), { joined: [], left: [] });
    roster.join(member("b"));
    roster.takeChanges();
    roster.leave("b");
    roster.join(member("b"));
    assert.equal(roster.changed, false, "nobody has to hear of it");
  });

  test("who comes back with another info is announced", () => {
    const roster = new Roster("room");
    roster.join(member("a", '"old"'));
    roster.takeChanges();
    roster.leave("a");
    roster.join(member("a", '"new"'));
    assert.deepEqual(roster.takeChanges().joined, [member("a", '"new"')]);
  });

  test("joining twice and leaving without having joined change nothing", () => {
    const roster = new Roster("room");
    roster.join(member("a"));
    roster.takeChanges();
    roster.join(member("a"));
    roster.leave("x");
    assert.equal(roster.changed, false);
    assert.equal(roster.size, 1);
  });

  test("the encoded list is shared until somebody comes or goes", () => {
    const roster = new Roster("room");
    roster.join(member("a"));
    const bytes = roster.snapshot(ENCODING);
    assert.ok(roster.snapshot(ENCODING) === bytes);
    assert.ok(roster.snapshot(lineEncoding()) !== bytes, "another encoding has its own");
    roster.join(member("b"));
    assert.ok(roster.snapshot(ENCODING) !== bytes);
  });

  test("who was shown the list in the middle of a turn is told what happens in the rest of it", () => {
    const roster = new Roster("room");
    roster.join(member("a"));
    assert.deepEqual(names(roster.show()), ["a"]);
    roster.leave("a");
    assert.deepEqual(names(roster.takeChanges().left), ["a"], "or it would stay in that list for ever");
  });

  test("a list and the announcements after it always add up to who is there", () => {
    const step = fc.record({
      does: fc.constantFrom("join", "leave", "show", "endTurn"),
      connection: fc.constantFrom("a", "b", "c"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const roster = new Roster("room");
        const watchers: Set<string>[] = [];
        const endTurn = (): void => {
          const { joined, left } = roster.takeChanges();
          for (const watcher of watchers) {
            for (const { connection } of joined) watcher.add(connection);
            for (const { connection } of left) watcher.delete(connection);
          }
        };
        for (const { does, connection } of steps) {
          if (does === "join") roster.join(member(connection));
          else if (does === "leave") roster.leave(connection);
          else if (does === "show") watchers.push(new Set(names(roster.show())));
          else endTurn();
        }
        endTurn();
        for (const watcher of watchers) {
          assert.deepEqual([...watcher].toSorted(), [...names(roster.members)].toSorted());
        }
      }),
    );
  });
});
