import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MakeHarness, StoreHarness } from "./store-harness.ts";

/** What every engine promises behind the port `Cursors`. */
export function cursorsContract(name: string, make: MakeHarness): void {
  const contract = (sentence: string, body: (harness: StoreHarness) => Promise<void>) =>
    void test(sentence, async () => {
      const harness = await make();
      try {
        await body(harness);
      } finally {
        await harness.dispose();
      }
    });

  describe(`${name}: reading cursors`, () => {
    contract("a cursor begins unset and never goes back", async ({ store: { cursors } }) => {
      assert.equal(await cursors.get("u1", "news"), null);
      assert.equal(await cursors.advance("u1", "news", 5), 5);
      assert.equal(await cursors.advance("u1", "news", 3), 5);
      assert.equal(await cursors.advance("u1", "news", 7), 7);
      assert.equal(await cursors.get("u1", "news"), 7);
      assert.equal(await cursors.get("u2", "news"), null);
      assert.equal(await cursors.get("u1", "chat"), null);
    });

    contract("of concurrent moves the furthest wins", async ({ store: { cursors } }) => {
      const reached = await Promise.all([4, 9, 2, 6].map((offset) => cursors.advance("u1", "news", offset)));
      assert.deepEqual(reached, [4, 9, 9, 9]);
      assert.equal(await cursors.get("u1", "news"), 9);
    });

    contract("offset 0 is an acknowledgement, unlike none", async ({ store: { cursors } }) => {
      assert.equal(await cursors.advance("u1", "news", 0), 0);
      assert.equal(await cursors.get("u1", "news"), 0);
    });

    contract(
      "receipts come in pages, in the order of users, with the time of the last move",
      async ({ store, clock }) => {
        const { cursors } = store;
        const users = ["a", "b", "ß", "é", "z", "\u{1f30a}", "\uffee", "x".repeat(3000)];
        const timeMs = clock.nowMs();
        await Promise.all(users.map((user, index) => cursors.advance(user, "news", index)));
        await cursors.advance("b", "news.2", 1);
        const inOrder = users.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        const all = await cursors.receipts("news", "", 100);
        assert.deepEqual(
          all,
          inOrder.map((user) => ({ user, offset: users.indexOf(user), timeMs })),
        );
        let after = "";
        const paged: string[] = [];
        for (;;) {
          const page = await cursors.receipts("news", after, 3);
          paged.push(...page.map((receipt) => receipt.user));
          if (page.length < 3) break;
          after = page.at(-1)!.user;
        }
        assert.deepEqual(paged, inOrder);
      },
    );
  });
}
