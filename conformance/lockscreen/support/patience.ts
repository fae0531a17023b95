import { setTimeout as wait } from "node:timers/promises";

/** With `TIDEWIRE_LONG=1` the phones are locked for as long as the tests say, with the SDK's own settings. */
export const IS_LONG = process.env["TIDEWIRE_LONG"] === "1";

/** The SDK's options for these tests: in the short form it doubts its socket after a hundredth of the time. */
export const LOCK_OPTIONS = IS_LONG ? {} : { trustHiddenMs: 100 };

/** Waits for so many seconds that a phone is locked; in the short form for hundredths. */
export async function lockedFor(seconds: number): Promise<void> {
  await wait(IS_LONG ? seconds * 1000 : seconds * 10);
}
