import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { inboxOf, isChannelName, isInboxName, userIdProblem, userOfInbox } from "@tidewire/protocol";
import { channelName, textOf, userId } from "./support/arbitraries.ts";

describe("inboxes", () => {
  const known: readonly (readonly [user: string, inbox: string])[] = [
    ["u1", "@u1"],
    ["bob@example.com", "@bob@example=2Ecom"],
    ["a=b", "@a=3Db"],
    ["a:b/c", "@a=3Ab=2Fc"],
    ["a,b;c", "@a,b;c"],
    ["it's (me)!*~", "@it=27s=20=28me=29=21=2A=7E"],
    ["ü", "@=C3=BC"],
    ["😀", "@=F0=9F=98=80"],
    ["100%", "@100=25"],
    ["@", "@@"],
  ];
  for (const [user, inbox] of known) {
    test(`the inbox of ${user} is ${inbox}`, () => {
      assert.equal(inboxOf(user), inbox);
      assert.equal(userOfInbox(inbox), user);
    });
  }

  test("every user has one inbox, which is a channel name of one segment", () => {
    fc.assert(
      fc.property(userId, (user) => {
        const inbox = inboxOf(user);
        assert.ok(isChannelName(inbox));
        assert.match(inbox, /^@[^.:/]+$/);
        assert.equal(userOfInbox(inbox), user);
      }),
    );
  });

  test("no two users share an inbox", () => {
    fc.assert(
      fc.property(userId, userId, (a, b) => {
        assert.equal(inboxOf(a) === inboxOf(b), a === b);
      }),
    );
  });

  test("an inbox has exactly one spelling, so a rule or a ban cannot be walked around", () => {
    fc.assert(
      fc.property(textOf("@=%Aa4123CB.:-", 0, 12), (text) => {
        const user = userOfInbox(`@${text}`);
        if (user !== undefined) assert.equal(inboxOf(user), `@${text}`);
      }),
    );
    for (const other of ["@=75=31", "@u=2e1", "@u=2", "@u=", "@%41", "@u.1", "@u:1", "@"]) {
      assert.equal(userOfInbox(other), undefined, `${other} must not be an inbox`);
    }
  });

  test("a channel that does not begin with @ belongs to nobody", () => {
    fc.assert(
      fc.property(channelName, (name) => {
        assert.equal(isInboxName(name), name.startsWith("@"));
      }),
    );
    assert.equal(userOfInbox("a@b"), undefined);
  });

  test("a user id whose inbox does not fit is refused, by the bytes it needs", () => {
    assert.equal(userIdProblem("x".repeat(199)), undefined);
    assert.match(userIdProblem("x".repeat(200)) ?? "", /too long/);
    assert.equal(userIdProblem("é".repeat(33)), undefined);
    assert.match(userIdProblem("é".repeat(34)) ?? "", /too long/);
    assert.match(userIdProblem("x".repeat(1_000_000)) ?? "", /too long/);
  });

  test("an empty user id and half a surrogate pair are refused", () => {
    assert.match(userIdProblem("") ?? "", /empty/);
    assert.match(userIdProblem("a\ud83d") ?? "", /surrogate/);
    assert.equal(userIdProblem("a\ud83d\ude00"), undefined);
  });

  test("asking for the inbox of an impossible user is a bug that is named", () => {
    assert.throws(() => inboxOf(""), RangeError);
    assert.throws(() => inboxOf("\udc00"), RangeError);
  });
});
