import { KEEPINGS, type Keeping } from "./channels.ts";

/** What can be wrong. */
export type ProblemKind =
  /** Acknowledged, stored or delivered once, and missing where it has to be, without a word. */
  | "lost"
  /** Stored twice, seen twice, or acknowledged twice as the first one. */
  | "duplicated"
  | "reordered"
  /** A gap where nothing may be missing, or one that does not name what is missing. */
  | "gap"
  /** A stream that lost nothing has a new epoch. */
  | "epoch"
  /** A message that nobody sent, or another one than was sent. */
  | "foreign"
  /** Refusals and errors that have no place in a run. */
  | "error";

export interface Problem {
  readonly kind: ProblemKind;
  readonly detail: string;
}

/** Counts over all channels that are kept in the same way. */
export interface Tally {
  /** Different messages. */
  sent: number;
  /** Different messages for which at least one publisher got an acknowledgement. */
  acknowledged: number;
  /** Answers that said that the message was stored before. */
  recognised: number;
  stored: number;
  /** Message frames at all subscribers. */
  delivered: number;
  /** Messages that a subscriber or the history lacks, told by a gap or not. */
  lost: number;
  duplicated: number;
  reordered: number;
  gaps: number;
  /** How often a subscription that was live fell behind and was brought back to the head. */
  caughtUp: number;
  /** Epochs of the stored messages and the head, beyond the first of each channel. */
  newEpochs: number;
}

export interface Verdict {
  readonly tallies: ReadonlyMap<Keeping, Readonly<Tally>>;
  readonly problems: readonly Problem[];
}

/** Collects what the verifier counts and what it finds wrong. */
export class Findings implements Verdict {
  readonly tallies: ReadonlyMap<Keeping, Tally> = new Map(KEEPINGS.map((keeping) => [keeping, emptyTally()]));
  readonly problems: Problem[] = [];

  tally(keeping: Keeping): Tally {
    return this.tallies.get(keeping) ?? emptyTally();
  }

  add(kind: ProblemKind, detail: string): void {
    this.problems.push({ kind, detail });
  }
}

function emptyTally(): Tally {
  return {
    sent: 0,
    acknowledged: 0,
    recognised: 0,
    stored: 0,
    delivered: 0,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    gaps: 0,
    caughtUp: 0,
    newEpochs: 0,
  };
}
