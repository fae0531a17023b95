import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Ledger } from "../../src/lockscreen/ledger.ts";

function ledgerOf(...heard: readonly number[]): Ledger {
  const ledger = new Ledger();
  for (const number of heard) ledger.hear(number);
  return ledger;
}

describe("what a phone of the laboratory has heard", () => {
  it("is complete while nothing is passed over", () => {
    const { received, lost, repeated, reordered } = ledgerOf(1, 2, 3);
    assert.deepEqual(
      { received, lost, repeated, reordered },
      { received: 3, lost: 0, repeated: 0, reordered: 0 },
    );
  });

  it("lacks what was passed over", () => {
    const ledger = ledgerOf(1, 4, 5);
    assert.deepEqual([ledger.received, ledger.lost, ledger.isLost(2), ledger.isLost(4)], [3, 2, true, false]);
  });

  it("counts what comes again, and what comes too late to be in order", () => {
    const ledger = ledgerOf(1, 3, 2, 3);
    assert.deepEqual([ledger.received, ledger.lost, ledger.reordered, ledger.repeated], [3, 0, 1, 1]);
  });

  it("has each message either received or lost, up to the highest", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 })), (heard) => {
        const ledger = ledgerOf(...heard);
        assert.equal(ledger.received, new Set(heard).size);
        assert.equal(ledger.received + ledger.lost, ledger.highest);
        assert.equal(ledger.received + ledger.repeated, heard.length);
      }),
    );
  });
});
