import type { Random } from "../../src/base/clock.ts";

/** Numbers that look like chance and are the same each time (Park and Miller); `seed` is from 1 to 2 147 483 646. */
export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}
