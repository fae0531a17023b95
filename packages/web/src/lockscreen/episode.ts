import type { Treatment } from "./simulated-phone.ts";

/** The two that are compared. */
export const SIDES = ["naive", "sdk"] as const;

export type Side = (typeof SIDES)[number];

/** A message that is heard later than this after it was sent was missed at first, and filled in. */
export const LATE_MS = 1000;

/** What became of one side after a treatment. */
export interface Outcome {
  /** Missed messages that were filled in. */
  readonly filled: number;
  readonly lost: number;
  /** From the end of the treatment to the first message that came without delay; undefined until then. */
  readonly recoveredInMs: number | undefined;
}

/** One treatment of both phones, and what came of it. */
export interface Episode {
  readonly number: number;
  readonly treatment: Treatment;
  readonly beganAtMs: number;
  readonly endedAtMs: number | undefined;
  readonly outcomes: Readonly<Record<Side, Outcome>>;
}

const NOTHING: Outcome = { filled: 0, lost: 0, recoveredInMs: undefined };

/** A treatment that begins now. */
export function beginEpisode(number: number, treatment: Treatment, nowMs: number): Episode {
  return {
    number,
    treatment,
    beganAtMs: nowMs,
    endedAtMs: undefined,
    outcomes: { naive: NOTHING, sdk: NOTHING },
  };
}

/** The phones are well again. */
export function endEpisode(episode: Episode, nowMs: number): Episode {
  return { ...episode, endedAtMs: nowMs };
}

/** One side has heard a message that was sent at this time, and passed over so many before it. */
export function hearInEpisode(
  episode: Episode,
  side: Side,
  sentAtMs: number,
  passedOver: number,
  nowMs: number,
): Episode {
  const before = episode.outcomes[side];
  if (episode.endedAtMs === undefined || before.recoveredInMs !== undefined) return episode;
  const isLate = nowMs - sentAtMs >= LATE_MS;
  const isFresh = !isLate && sentAtMs >= episode.endedAtMs;
  const outcome: Outcome = {
    filled: before.filled + (sentAtMs < episode.endedAtMs || isLate ? 1 : 0),
    lost: before.lost + passedOver,
    recoveredInMs: isFresh ? nowMs - episode.endedAtMs : undefined,
  };
  return { ...episode, outcomes: { ...episode.outcomes, [side]: outcome } };
}
