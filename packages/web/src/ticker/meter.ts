/** Figures are averages over the last so many milliseconds: two rounds of the slowest polling. */
export const METER_WINDOW_MS = 10_000;

/** What one way of getting the prices costs, and what it gives. What is not known yet is undefined. */
export interface Figures {
  readonly requests: number;
  readonly bytes: number;
  readonly bytesPerSecond: number | undefined;
  readonly staleMs: number | undefined;
  /** Part of one core, of the process that answers. */
  readonly cpuShare: number | undefined;
}

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
  readonly staleMs: number;
}

interface CpuSample {
  readonly atMs: number;
  readonly seconds: number;
}

/** Measures one way of getting the prices, from when it was chosen. Times come in as arguments. */
export class Meter {
  #requests = 0;
  #bytes = 0;
  readonly #samples: Sample[] = [];
  readonly #cpu: CpuSample[] = [];

  request(): void {
    this.#requests += 1;
  }

  received(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Notes how old the prices on the page are. To be called at even steps. */
  sample(atMs: number, staleMs: number): void {
    this.#samples.push({ atMs, bytes: this.#bytes, staleMs });
    forget(this.#samples, atMs);
  }

  /** Notes how long the process that answers was on the CPU since it began. */
  cpu(atMs: number, seconds: number): void {
    // A process that was started again counts from 0.
    if ((this.#cpu.at(-1)?.seconds ?? 0) > seconds) this.#cpu.length = 0;
    this.#cpu.push({ atMs, seconds });
    forget(this.#cpu, atMs);
  }

  figures(): Figures {
    const count = this.#samples.length;
    const sumMs = this.#samples.reduce((sum, { staleMs }) => sum + staleMs, 0);
    return {
      requests: this.#requests,
      bytes: this.#bytes,
      bytesPerSecond: slope(this.#samples, ({ bytes }) => bytes),
      staleMs: count === 0 ? undefined : sumMs / count,
      cpuShare: slope(this.#cpu, ({ seconds }) => seconds),
    };
  }
}

function forget(samples: { readonly atMs: number }[], nowMs: number): void {
  while ((samples[0]?.atMs ?? nowMs) < nowMs - METER_WINDOW_MS) samples.shift();
}

/** By how much a value grew in a second, from the first sample to the last. */
function slope<Each extends { readonly atMs: number }>(
  samples: readonly Each[],
  valueOf: (sample: Each) => number,
): number | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.atMs === first.atMs) return undefined;
  return ((valueOf(last) - valueOf(first)) / (last.atMs - first.atMs)) * 1000;
}
