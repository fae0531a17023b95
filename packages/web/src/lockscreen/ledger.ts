/** What one phone has heard of messages that are numbered from 1. */
export class Ledger {
  readonly #missing = new Set<number>();
  #highest = 0;
  #repeated = 0;
  #reordered = 0;

  /** The highest number heard. */
  get highest(): number {
    return this.#highest;
  }

  /** How many different messages were heard. */
  get received(): number {
    return this.#highest - this.#missing.size;
  }

  /** How many were passed over: a later one was heard. */
  get lost(): number {
    return this.#missing.size;
  }

  get repeated(): number {
    return this.#repeated;
  }

  /** How many came after a later one. */
  get reordered(): number {
    return this.#reordered;
  }

  isLost(number: number): boolean {
    return this.#missing.has(number);
  }

  /** Takes what was heard next. */
  hear(number: number): void {
    if (number > this.#highest) {
      for (let skipped = this.#highest + 1; skipped < number; skipped += 1) this.#missing.add(skipped);
      this.#highest = number;
    } else if (this.#missing.delete(number)) this.#reordered += 1;
    else this.#repeated += 1;
  }
}
