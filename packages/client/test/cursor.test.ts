import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Cursor } from "../src/cursor.ts";

const confirmation = (offset: number): Parameters<Cursor["confirm"]>[0] => ({
  type: "subscribed",
  channel: "a",
  epoch: "e",
  offset,
  recovered: true,
  deliver: "all",
});

test("without a start the position is what the server says", () => {
  const cursor = new Cursor(undefined);
  assert.equal(cursor.since, undefined);
  cursor.confirm(confirmation(9));
  assert.deepEqual([cursor.position, cursor.missing], [{ epoch: "e", offset: 9 }, 0]);
});

test("with a start the position stays there until something moves it", () => {
  const cursor = new Cursor({ epoch: "e", offset: 4 });
  cursor.confirm(confirmation(9));
  assert.deepEqual([cursor.position, cursor.missing], [{ epoch: "e", offset: 4 }, 5]);
});

test("what was asked for is asked again while nothing has arrived", () => {
  for (const since of ["earliest", { last: 3 }] as const) {
    const cursor = new Cursor(since);
    cursor.confirm(confirmation(9));
    assert.deepEqual([cursor.since, cursor.position], [since, undefined]);
    cursor.pass({ epoch: "e", offset: 7 });
    assert.deepEqual(cursor.since, { epoch: "e", offset: 7 });
  }
});

test("a whole message as the start is only its position", () => {
  const message = { epoch: "e", offset: 3, data: "large" };
  assert.deepEqual(new Cursor(message).since, { epoch: "e", offset: 3 });
});

test("how much is missing depends on where one began", () => {
  const missing = (since: ConstructorParameters<typeof Cursor>[0], head: number): number => {
    const cursor = new Cursor(since);
    cursor.confirm(confirmation(head));
    return cursor.missing;
  };
  assert.deepEqual(
    [
      missing("earliest", 9),
      missing({ last: 3 }, 9),
      missing({ last: 30 }, 9),
      missing({ epoch: "older", offset: 5 }, 9),
      missing({ epoch: "e", offset: 12 }, 9),
    ],
    [9, 3, 9, 4, 0],
  );
});

test("an inbox begins before its head, where only the server knows", () => {
  const cursor = new Cursor(undefined, true);
  cursor.confirm({ ...confirmation(9), unread: 3 });
  assert.deepEqual([cursor.position, cursor.missing, cursor.since], [undefined, 3, undefined]);
  for (const offset of [6, 8, 9]) {
    assert.ok(cursor.isNew({ epoch: "e", offset }), `unread message ${offset}`);
    cursor.pass({ epoch: "e", offset });
  }
  assert.deepEqual([cursor.position?.offset, cursor.missing], [9, 0]);
});

test("an inbox where all is read misses nothing", () => {
  const cursor = new Cursor(undefined, true);
  cursor.confirm({ ...confirmation(9), unread: 0 });
  assert.equal(cursor.missing, 0);
});

test("a channel without history has no position, and nothing there is a repeat", () => {
  const cursor = new Cursor("earliest");
  cursor.confirm({ type: "subscribed", channel: "a", recovered: false, deliver: "all" });
  cursor.pass({});
  assert.deepEqual([cursor.position, cursor.missing, cursor.isNew({})], [undefined, 0, true]);
});

test("with deliver latest an older value does not take the position back", () => {
  const cursor = new Cursor(undefined);
  cursor.confirm({ ...confirmation(10), deliver: "latest" });
  cursor.pass({ epoch: "e", offset: 12, key: "a" });
  cursor.pass({ epoch: "e", offset: 11, key: "b" });
  assert.deepEqual(cursor.position, { epoch: "e", offset: 12 });
});

test("with deliver latest the first value of an epoch is known like the others", () => {
  const cursor = new Cursor("earliest");
  cursor.confirm({ ...confirmation(10), deliver: "latest" });
  const first = { epoch: "e1", offset: 4, key: "a" };
  cursor.pass(first);
  assert.equal(cursor.isNew(first), false);
});

test("with deliver latest a new epoch begins with no values known", () => {
  const cursor = new Cursor(undefined);
  cursor.confirm({ ...confirmation(10), deliver: "latest" });
  cursor.pass({ epoch: "e", offset: 12, key: "a" });
  assert.equal(cursor.isNew({ epoch: "e", offset: 12, key: "a" }), false);
  assert.equal(cursor.isNew({ epoch: "f", offset: 3, key: "a" }), true);
});

test("however often connections break and frames repeat, each offset is new once and in order", () => {
  const connections = fc.array(fc.tuple(fc.nat(5), fc.nat(20)), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(connections, (steps) => {
      const cursor = new Cursor("earliest");
      const got: number[] = [];
      let head = 0;
      for (const [repeats, published] of steps) {
        head += published;
        const from = cursor.position?.offset ?? 0;
        cursor.confirm(confirmation(head));
        // A server that sends some messages again, and a connection that breaks before the last ones.
        for (let offset = Math.max(1, from + 1 - repeats); offset <= head - (repeats % 2); offset++) {
          if (!cursor.isNew({ epoch: "e", offset })) continue;
          got.push(offset);
          cursor.pass({ epoch: "e", offset });
        }
        assert.equal(cursor.missing, head - (cursor.position?.offset ?? 0));
      }
      assert.deepEqual(
        got,
        got.map((_, index) => index + 1),
      );
    }),
  );
});
