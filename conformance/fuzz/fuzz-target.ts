/**
 * A piece of the product that reads what strangers write, with the promise that it keeps for any input.
 *
 * The same input must always take the same way: what is found is tried again, and made smaller.
 */
export interface FuzzTarget {
  readonly name: string;
  /** Files whose coverage counts: their paths contain one of these. */
  readonly files: readonly string[];
  /** Inputs to begin with, of the kinds that the target understands. */
  readonly seeds: readonly Uint8Array[];
  /** Pieces of the format, put into inputs now and then. */
  readonly tokens: readonly Uint8Array[];
  readonly maxBytes: number;
  /** Gives the input to the target, and throws when the promise is broken. May change the input. */
  run(input: Uint8Array): void | Promise<void>;
}

/** The bytes of texts, as seeds and tokens hold them. */
export function texts(...values: readonly string[]): readonly Uint8Array[] {
  return values.map((value) => Buffer.from(value));
}
