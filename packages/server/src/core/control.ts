/** What a verdict is about: a user, a session, or the tokens that a user holds. */
export type VerdictKind = "ban" | "session" | "tokens";

/** A decision that keeps somebody out. */
export interface Verdict {
  readonly kind: VerdictKind;
  /** Whom it is about: a user's id, or the hash of a session's. One verdict for each kind and subject. */
  readonly subject: string;
  /** Shown to the person. */
  readonly reason: string;
  readonly sinceMs: number;
  /** null: until it is lifted. */
  readonly untilMs: number | null;
}

/** One verdict to keep, in the place of an earlier one, or to forget. */
export interface VerdictChange {
  readonly kind: VerdictKind;
  readonly subject: string;
  /** null forgets. */
  readonly verdict: Verdict | null;
}

/**
 * The port to what operators and backends decided about people, which must survive the process.
 *
 * The caller holds the verdicts in memory, judges their time and forgets what is past; the store only keeps them.
 */
export interface Control {
  /** All that is kept, in no order. Asked for once, at the start. */
  load(): Promise<readonly Verdict[]>;
  /**
   * Carries the changes out together, in their order.
   *
   * Resolves with true once they would survive a power cut, and with false when the store cannot keep them now; it never rejects.
   */
  write(changes: readonly VerdictChange[]): Promise<boolean>;
}
