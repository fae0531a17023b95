import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { chooseFairly } from "../../src/core/choose-fairly.ts";
import { seededRandom } from "../support/seeded-random.ts";

const senders = fc.array(fc.constantFrom("api", "a", "b", "c", "d", "e"), { maxLength: 60 });
const chances = fc.integer({ min: 1, max: 2_147_483_646 }).map(seededRandom);

function countOf(all: readonly string[], sender: string): number {
  return all.filter((one) => one === sender).length;
}

describe("choosing fairly", () => {
  test("gives as many as asked for, or all there are, each once and in order", () => {
    fc.assert(
      fc.property(senders, fc.nat(70), chances, (all, count, random) => {
        const chosen = chooseFairly(all, count, random);
        assert.equal(chosen.length, Math.min(count, all.length));
        assert.deepEqual(
          chosen,
          [...new Set(chosen)].toSorted((one, other) => one - other),
        );
        assert.ok(chosen.every((place) => all[place] !== undefined));
      }),
    );
  });

  test("no sender gets more than one beyond another that wanted more than it got", () => {
    fc.assert(
      fc.property(senders, fc.nat(70), chances, (all, count, random) => {
        const chosen = chooseFairly(all, count, random).map((place) => all[place] ?? "");
        for (const one of new Set(all)) {
          const got = countOf(chosen, one);
          if (got === countOf(all, one)) continue;
          for (const other of new Set(all))
            assert.ok(countOf(chosen, other) <= got + 1, `${other} over ${one}`);
        }
      }),
    );
  });

  test("a flood of one sender costs the others nothing", () => {
    const all = [...Array.from({ length: 500 }, () => "flood"), "a", "b", "c"];
    for (let seed = 1; seed <= 50; seed += 1) {
      const chosen = chooseFairly(all, 4, seededRandom(seed)).map((place) => all[place]);
      assert.deepEqual(new Set(chosen), new Set(["flood", "a", "b", "c"]));
    }
  });

  test("each message of a sender, and each of many senders, has the same chance", () => {
    const random = seededRandom(7);
    for (const all of [
      Array.from({ length: 10 }, () => "api"),
      Array.from({ length: 10 }, (_, one) => `u${one}`),
    ]) {
      const times = Array.from({ length: 10 }, () => 0);
      for (let round = 0; round < 10_000; round += 1) {
        for (const place of chooseFairly(all, 2, random)) times[place] = (times[place] ?? 0) + 1;
      }
      // 2000 each are expected; the numbers are the same in every run.
      for (const count of times) assert.ok(count > 1800 && count < 2200, `chosen ${times.join()} times`);
    }
  });
});
