import { randomBytes } from "node:crypto";
import type { RandomId } from "./clock.ts";

/** Makes ids from the system's secure randomness, in base64url; `bits` is rounded up to whole bytes. */
export const randomId: RandomId = (bits) => randomBytes(Math.ceil(bits / 8)).toString("base64url");
