import type { TokenKey } from "./read-key.ts";
import type { TokenAlgorithm } from "./token-algorithms.ts";

/**
 * The keys that may have signed a token with this `alg` and `kid`.
 *
 * Those with its `kid`, or else all that have none; without a `kid` all of them. A `kid` picks among the keys of one algorithm and is never
 * more than a name to compare.
 */
export function keysFor(
  keys: readonly TokenKey[],
  algorithm: TokenAlgorithm,
  id: string | undefined,
): readonly TokenKey[] {
  const fitting = keys.filter((key) => key.algorithm === algorithm);
  if (id === undefined) return fitting;
  const named = fitting.filter((key) => key.id === id);
  return named.length > 0 ? named : fitting.filter((key) => key.id === undefined);
}
