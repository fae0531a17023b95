/** @typedef {{ price: number, open: number, at: number }} Quote `at` is when this price was made, in milliseconds since 1970. */

const SYMBOLS =
  `ACRE AMBR ANVL ARCT BIRK BOLT BRIX CALM CEDR CLAY CORL CRNE DAWN DELT DUNE EBBS ELMS FERN FJRD FLNT GALE GLOW GROV HALO
HAZL HELM IRIS JADE KELP KITE LARK LIME LOFT MAPL MINT MOSS NOVA OAKS ONYX OPAL PEAR PINE QUAY REEF SAGE SLAT TIDE VALE WREN ZINC`.split(
    /\s+/,
  );

/** What a price changes by in one move, as a part of it. */
const STEP = 0.0015;

/** Fifty prices that walk at random. The same seed gives the same walk. */
export class Market {
  /** The present price of each symbol. @type {Map<string, Quote>} */
  quotes = new Map();
  #random;

  /**
   * @param {number} seed
   * @param {number} nowMs
   */
  constructor(seed, nowMs) {
    this.#random = randomFrom(seed);
    for (const symbol of SYMBOLS) {
      const open = cents(20 + 280 * this.#random());
      this.quotes.set(symbol, { price: open, open, at: nowMs });
    }
  }

  /**
   * Moves each price with this probability; some symbols are livelier than others. Gives those that moved.
   *
   * @param {number} probability 0 to 1
   * @param {number} nowMs
   * @returns {[symbol: string, quote: Quote][]}
   */
  move(probability, nowMs) {
    /** @type {[string, Quote][]} */
    const moved = [];
    for (const [index, symbol] of SYMBOLS.entries()) {
      const quote = this.quotes.get(symbol);
      const liveliness = 0.5 + (index % 5) / 4;
      if (quote === undefined || this.#random() >= probability * liveliness) continue;
      // A little pull back to where it opened keeps a walk of days on the page.
      const pull = 0.002 * (quote.open / quote.price - 1);
      const price = cents(quote.price * (1 + pull + STEP * (this.#random() + this.#random() - 1)));
      const next = { price, open: quote.open, at: nowMs };
      this.quotes.set(symbol, next);
      moved.push([symbol, next]);
    }
    return moved;
  }
}

/** @param {number} price */
function cents(price) {
  return Math.round(price * 100) / 100;
}

/**
 * Mulberry32: numbers from 0 to below 1 that the seed decides.
 *
 * @param {number} seed
 */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
