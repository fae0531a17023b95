const NONE: ReadonlySet<string> = new Set();

/**
 * What a subscriber of `deliver: latest` that does not keep step has missed of what its group sent, and what it had before its group sent it.
 *
 * It holds keys and numbers, never values. The keys keep the order in which they were first missed.
 */
export class Straggler {
  /** null: none; `all`: nothing was sent to it so far. */
  #missing: Set<string> | "all" | null;
  /** By key, the sequence number of a value that it has from elsewhere; its group will send that, or a newer one. */
  #held: Map<string, number> | null = null;

  private constructor(missing: "all" | null) {
    this.#missing = missing;
  }

  /** One that has everything that was sent. */
  static withAll(): Straggler {
    return new Straggler(null);
  }

  /** One that has nothing. */
  static withoutAny(): Straggler {
    return new Straggler("all");
  }

  get lacksAll(): boolean {
    return this.#missing === "all";
  }

  /** Whether it misses nothing. */
  get isUpToDate(): boolean {
    return this.#missing === null;
  }

  get holdsAny(): boolean {
    return this.#held !== null;
  }

  /** The keys whose values it misses, the longest missed first; none while it lacks all. A key may be found while they are walked through. */
  missing(): Iterable<string> {
    return this.#missing === null || this.#missing === "all" ? NONE : this.#missing;
  }

  miss(key: string): void {
    if (this.#missing === "all") return;
    this.#missing ??= new Set();
    this.#missing.add(key);
  }

  missEach(keys: Iterable<string>): void {
    this.#missing = new Set(keys);
  }

  missNone(): void {
    this.#missing = null;
  }

  found(key: string): void {
    if (this.#missing === null || this.#missing === "all") return;
    this.#missing.delete(key);
    if (this.#missing.size === 0) this.#missing = null;
  }

  /** Takes note that it has the value with this number, which its group has still to send. */
  hold(key: string, sequence: number): void {
    this.#held ??= new Map();
    this.#held.set(key, sequence);
  }

  /** Forgets what it holds, since its group will not send it. */
  holdNone(): void {
    this.#held = null;
  }

  held(key: string): number | undefined {
    return this.#held?.get(key);
  }

  /** Whether it has what its group sends with this number; what it held of the key is over then. */
  has(key: string, sequence: number): boolean {
    const held = this.#held?.get(key);
    if (held === undefined || this.#held === null) return false;
    this.#held.delete(key);
    if (this.#held.size === 0) this.#held = null;
    return held >= sequence;
  }
}
