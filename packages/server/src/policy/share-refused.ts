/** Refuses an exact share of what comes, evenly spread. */
export class ShareRefused {
  /** From 0 for nothing to 1 for everything. */
  share = 0;
  /** How many were refused since the restart. */
  refused = 0;
  #due = 0;

  restart(): void {
    this.refused = 0;
    this.#due = 0;
  }

  /** Tells whether the next one is refused, and counts it. */
  refusesNext(): boolean {
    this.#due += this.share;
    if (this.#due < 1) return false;
    this.#due -= 1;
    this.refused += 1;
    return true;
  }
}
