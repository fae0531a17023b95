import { setTimeout as wait } from "node:timers/promises";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** This version was made after that. */
const MADE_AT_MS = Date.UTC(2025, 0, 1);
const WATCHED_MS = 200;
/** Timers and two readings are less exact than this on the busiest machine. */
const DRIFT_MS = 50;

const CHECK = "clock";
const MEND = "sudo timedatectl set-ntp true";

/** What the two clocks of a machine say. */
export interface Clocks {
  /** Of day, in milliseconds since 1970. */
  readonly wallMs: () => number;
  /** Never goes back. */
  readonly steadyMs: () => number;
}

/** Whether the clock of this machine can be right, and runs evenly: tokens, bans and retention hang on it. */
export async function clockFinding({ wallMs, steadyMs }: Clocks): Promise<Finding> {
  const [wallBefore, steadyBefore] = [wallMs(), steadyMs()];
  await wait(WATCHED_MS);
  const driftMs = Math.round(wallMs() - wallBefore - (steadyMs() - steadyBefore));
  const now = new Date(wallMs());
  if (now.getTime() < MADE_AT_MS) {
    return fail(CHECK, `It says ${now.toISOString()}, which cannot be. Tokens and certificates fail.`, MEND);
  }
  if (Math.abs(driftMs) > DRIFT_MS) {
    return warn(CHECK, `It was moved by ${driftMs} ms while it was watched for ${WATCHED_MS} ms.`, MEND);
  }
  return ok(CHECK, `${now.toISOString()}, and it runs evenly`);
}

/** Whether this machine and the server agree on the time. `skewMs` is how far the server is ahead. */
export function skewFinding(skewMs: number, toleranceMs: number): Finding {
  const seconds = (Math.abs(skewMs) / 1000).toFixed(1);
  const check = "clock of the server";
  if (Math.abs(skewMs) <= toleranceMs) return ok(check, `${seconds} s from this machine's`);
  const message = `It is ${seconds} s ${skewMs > 0 ? "ahead of" : "behind"} this machine's. Tokens that are new, or nearly over, are refused.`;
  return warn(check, message, MEND);
}
