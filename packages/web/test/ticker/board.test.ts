import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Board, SPARK_WINDOW_MS } from "../../src/ticker/board.ts";

function quote(price: number, at: number): { price: number; open: number; at: number } {
  return { price, open: 100, at };
}

describe("the board of prices", () => {
  it("has the symbols in alphabetical order, and says so once for all that come together", () => {
    const board = new Board();
    let told = 0;
    board.symbols.listen(() => {
      told += 1;
    });
    board.take([
      ["TIDE", quote(1, 1)],
      ["ACRE", quote(2, 1)],
    ]);
    board.take([["ACRE", quote(3, 2)]]);
    assert.deepEqual([board.symbols.value, told], [["ACRE", "TIDE"], 1]);
  });

  it("says where a price went, and keeps that while it stays", () => {
    const board = new Board();
    const seen: [number, number][] = [];
    for (const [index, price] of [100, 101, 101, 99].entries()) {
      board.take([["ACRE", quote(price, 1 + index)]]);
      const trace = board.trace("ACRE")?.value;
      if (trace !== undefined) seen.push([trace.direction, trace.changes]);
    }
    assert.deepEqual(seen, [
      [0, 0],
      [1, 1],
      [1, 1],
      [-1, 2],
    ]);
  });

  it("never goes back to an older price", () => {
    const board = new Board();
    board.take([["ACRE", quote(100, 5)]]);
    board.take([["ACRE", quote(90, 4)]]);
    assert.equal(board.trace("ACRE")?.value.quote.price, 100);
  });

  it("keeps a line of the last seconds, to the edge and not further", () => {
    const board = new Board();
    for (const at of [1, 2, 3, 2 + SPARK_WINDOW_MS]) board.take([["ACRE", quote(at, at)]]);
    const points = board.trace("ACRE")?.value.points.map(({ at }) => at);
    assert.deepEqual(points, [2, 3, 2 + SPARK_WINDOW_MS]);
  });

  it("knows how old its prices are on average, and none when it is empty", () => {
    const board = new Board();
    assert.equal(board.meanAgeMs(10), undefined);
    board.take([
      ["ACRE", quote(1, 100)],
      ["TIDE", quote(1, 400)],
    ]);
    assert.equal(board.meanAgeMs(500), 250);
    board.clear();
    assert.equal(board.meanAgeMs(500), undefined);
  });
});
