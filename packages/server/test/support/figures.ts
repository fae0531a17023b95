import assert from "node:assert/strict";

/** The figures of a server at one moment, as `/metrics` tells them. */
export class ScrapedFigures {
  readonly #lines: ReadonlyMap<string, number>;

  constructor(text: string) {
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    this.#lines = new Map(lines.map((line) => [line.replace(/ \S+$/, ""), Number(line.split(" ").at(-1))]));
  }

  /** The sample with exactly these labels, such as `tidewire_connections{transport="sse"}`; undefined: there is none. */
  get(sample: string): number | undefined {
    return this.#lines.get(sample);
  }

  get names(): readonly string[] {
    return [...this.#lines.keys()];
  }

  /** Fails with everything that differs from what is expected. */
  are(expected: Readonly<Record<string, number>>): void {
    const found = Object.fromEntries(Object.keys(expected).map((sample) => [sample, this.get(sample)]));
    assert.deepEqual(found, expected);
  }
}

/** Asks a server for its figures, from its own machine. */
export async function scrape(server: { readonly url: string }): Promise<ScrapedFigures> {
  const response = await fetch(`${server.url}/metrics`);
  assert.equal(response.status, 200);
  return new ScrapedFigures(await response.text());
}
