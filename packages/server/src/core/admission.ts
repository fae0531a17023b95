import type { Refusal } from "./refusal.ts";

/** What may be refused. */
export type NewWork = "connection" | "publish";

/** The port to whoever decides whether new work is taken on while there is too much of it. */
export interface Admission {
  /** Asks for a new connection: null when it may come, else why it is to come later. */
  connection(): Refusal | null;
  /** Asks for one publish, of however many channels: null when it is taken, else why it is to be sent again later. */
  publish(): Refusal | null;
}

/** For where there is never too much. */
export const ADMIT_ALL: Admission = { connection: () => null, publish: () => null };
