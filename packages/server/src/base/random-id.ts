import { randomFillSync } from "node:crypto";
import type { RandomId } from "./clock.ts";

/** Each byte of the pool is used once. Asking the system for 12 bytes at a time costs ten times as much per message. */
const pool = Buffer.allocUnsafeSlow(4096);
let used = pool.length;

/** Makes ids from the system's secure randomness, in base64url; `bits`, at most 4096, is rounded up to whole bytes. */
export const randomId: RandomId = (bits) => {
  const bytes = Math.ceil(bits / 8);
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString("base64url", used - bytes, used);
};
