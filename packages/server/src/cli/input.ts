import { text } from "node:stream/consumers";

/** Standard input. */
export interface Input {
  /** Whether a person types it. */
  readonly isInteractive: boolean;
  /** Reads all of it. */
  text(): Promise<string>;
  /** Its text, in pieces as they come. */
  chunks(): AsyncIterable<string>;
}

/** The process's own standard input. */
export const processInput: Input = {
  isInteractive: process.stdin.isTTY,
  text: () => text(process.stdin),
  async *chunks() {
    process.stdin.setEncoding("utf8");
    for await (const chunk of process.stdin) yield String(chunk);
  },
};

/**
 * Splits text into its lines, and gives those that came together as one list of at most `most`.
 *
 * Empty lines are left out. The end of the text ends a line.
 */
export async function* lineBatches(
  chunks: AsyncIterable<string>,
  most: number,
): AsyncGenerator<readonly string[]> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* slicesOf(lines, most);
  }
  yield* slicesOf([rest], most);
}

function* slicesOf(lines: readonly string[], most: number): Generator<readonly string[]> {
  const full = lines.map((line) => line.trim()).filter((line) => line !== "");
  for (let at = 0; at < full.length; at += most) yield full.slice(at, at + most);
}
