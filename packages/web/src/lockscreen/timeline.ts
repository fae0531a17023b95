import type { ConnectionView } from "../look/connection-view.ts";
import { LATE_MS, type Side } from "./episode.ts";

/** What became of a message on one side. */
export type Fate =
  /** Heard when it was sent. */
  | "heard"
  /** Missed at first, and heard later. */
  | "filled"
  /** Passed over: a later one was heard. */
  | "lost"
  /** It may still come. */
  | "awaited";

/** A message of the source, and when each side heard it. */
interface TimelineMessage {
  readonly number: number;
  readonly sentAtMs: number;
  readonly heardAtMs: Partial<Record<Side, number>>;
}

/** From when on a side believed this of its connection. */
interface StateChange {
  readonly kind: ConnectionView["kind"];
  readonly atMs: number;
}

/** More than any screen shows; older messages are forgotten. */
const KEPT = 1000;
const KEPT_STATES = 200;

/** What happened lately, message by message, for drawing. */
export class Timeline {
  readonly #messages: TimelineMessage[] = [];
  readonly #states: Record<Side, StateChange[]> = { naive: [], sdk: [] };

  /** Oldest first, without holes in their numbers. */
  get messages(): readonly TimelineMessage[] {
    return this.#messages;
  }

  /** Oldest first. */
  statesOf(side: Side): readonly StateChange[] {
    return this.#states[side];
  }

  sent(number: number, nowMs: number): void {
    this.#messages.push({ number, sentAtMs: nowMs, heardAtMs: {} });
    if (this.#messages.length > KEPT) this.#messages.shift();
  }

  /** Notes that a side heard a message, and gives when that was sent; undefined when it is forgotten. */
  heard(side: Side, number: number, nowMs: number): number | undefined {
    const message = this.#messages[number - (this.#messages[0]?.number ?? 0)];
    if (message === undefined) return undefined;
    message.heardAtMs[side] ??= nowMs;
    return message.sentAtMs;
  }

  changed(side: Side, kind: ConnectionView["kind"], nowMs: number): void {
    const states = this.#states[side];
    if (states.at(-1)?.kind === kind) return;
    states.push({ kind, atMs: nowMs });
    if (states.length > KEPT_STATES) states.shift();
  }
}

/** Tells what became of a message on a side that has passed over it, or has not. */
export function fateOf(message: TimelineMessage, side: Side, isLost: boolean): Fate {
  const heardAtMs = message.heardAtMs[side];
  if (heardAtMs === undefined) return isLost ? "lost" : "awaited";
  return heardAtMs - message.sentAtMs < LATE_MS ? "heard" : "filled";
}
