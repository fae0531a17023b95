import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { frameBytes } from "../../src/ticker/counted-socket.ts";
import { bytesText, FIGURES, figureText } from "../../src/ticker/figure-texts.ts";
import { changeText, priceText } from "../../src/ticker/price-texts.ts";
import { readQuotes } from "../../src/ticker/quote.ts";

describe("the texts of the demo about prices", () => {
  it("writes figures with their units, and a dash for what was not measured", () => {
    const figures = { requests: 1234, bytes: 9, bytesPerSecond: 4321, staleMs: 256, cpuShare: 0.031 };
    assert.deepEqual(
      FIGURES.map((name) => figureText(name, figures, "en")),
      ["1,234", "4.3 kB/s", "0.26 s", "3.1 %"],
    );
    assert.deepEqual(
      FIGURES.map((name) => figureText(name, undefined, "en")),
      ["–", "–", "–", "–"],
    );
  });

  it("chooses the unit of bytes", () => {
    assert.deepEqual(
      [999, 1000, 999_900, 2_500_000].map((bytes) => bytesText(bytes, "en")),
      ["999 B", "1.0 kB", "999.9 kB", "2.5 MB"],
    );
  });

  it("gives a change its sign, also one of nothing", () => {
    assert.deepEqual(
      [0.0124, -0.0124, 0].map((part) => changeText(part, "en")),
      ["+1.24%", "-1.24%", "+0.00%"],
    );
    assert.equal(priceText(1234.5, "en"), "1,234.50");
  });

  it("counts the header of a frame as RFC 6455 §5.2 has it", () => {
    assert.deepEqual([125, 126, 65_535, 65_536].map(frameBytes), [127, 130, 65_539, 65_546]);
  });

  it("reads the prices that are polled, and leaves out what is none", () => {
    const quote = { price: 1, open: 2, at: 3 };
    const data = {
      ACRE: { ...quote, more: 1 },
      BAD: { price: "1", open: 2, at: 3 },
      NONE: null,
      NEG: { ...quote, price: -1 },
    };
    assert.deepEqual(readQuotes(data), [["ACRE", quote]]);
    assert.deepEqual(readQuotes([null]), []);
    assert.deepEqual(readQuotes("ACRE"), []);
  });
});
