/**
 * The lanes in which comments fly, all at the same speed.
 *
 * Since nobody is faster, two comments of a lane never touch if the second one starts when the first has come in completely.
 */
export class Lanes {
  /** When each lane has room again, by a clock that stands while nothing flies. */
  readonly #freeAtS: number[];
  readonly #speed: number;
  readonly #gap: number;

  /** `speed` in pixels per second; `gap` pixels are left between two comments. */
  constructor(count: number, speed: number, gap: number) {
    this.#freeAtS = Array.from({ length: count }, () => 0);
    this.#speed = speed;
    this.#gap = gap;
  }

  /** A lane that has room now; `random` (0 inclusive to 1 exclusive) chooses among them. Undefined: there is none. */
  find(nowS: number, random: number): number | undefined {
    const free = [...this.#freeAtS.keys()].filter((lane) => (this.#freeAtS[lane] ?? 0) <= nowS);
    return free[Math.floor(random * free.length)];
  }

  /** Lets a comment of this width start in a lane that has room. */
  occupy(lane: number, width: number, nowS: number): void {
    this.#freeAtS[lane] = nowS + (width + this.#gap) / this.#speed;
  }
}
