interface Waiting {
  readonly enter: (entered: boolean) => void;
}

/** Bounds how many things happen at once, and how many wait for their turn, which comes in the order of asking. */
export class Slots {
  readonly #max: number;
  readonly #maxWaiting: number;
  readonly #waiting: Set<Waiting> = new Set();
  #busy = 0;

  constructor(max: number, maxWaiting: number) {
    this.#max = max;
    this.#maxWaiting = maxWaiting;
  }

  /** Those in a slot. */
  get busy(): number {
    return this.#busy;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for a slot, which `leave` gives back.
   *
   * Resolves with false, and no slot, when too many wait already or when the signal aborts first.
   */
  enter(signal: AbortSignal): Promise<boolean> {
    if (this.#busy < this.#max) {
      this.#busy += 1;
      return Promise.resolve(true);
    }
    if (this.#waiting.size >= this.#maxWaiting || signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const giveUp = (): void => waiting.enter(false);
      const waiting: Waiting = {
        enter: (entered) => {
          signal.removeEventListener("abort", giveUp);
          this.#waiting.delete(waiting);
          resolve(entered);
        },
      };
      this.#waiting.add(waiting);
      signal.addEventListener("abort", giveUp);
    });
  }

  /** Gives a slot to whoever waits longest. */
  leave(): void {
    const [next] = this.#waiting;
    // The slot goes from one to the other, so the number of the busy ones stays.
    if (next === undefined) this.#busy -= 1;
    else next.enter(true);
  }
}
