import type { Session } from "./session.ts";

/** The port to whoever bounds how much clients send. */
export interface CommandRates {
  /** Counts a command: 0 when it may be carried out, else how many milliseconds to wait. */
  takeCommand(session: Session): number;
  /**
   * Counts bytes that have come, also beyond what is allowed: 0 when more may come now, else in how many milliseconds.
   *
   * With 0 bytes it only asks.
   */
  spendBytes(session: Session, bytes: number): number;
}
