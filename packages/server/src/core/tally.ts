import type { GapReason } from "./streams.ts";

/**
 * Running totals of what the core does, for whoever shows figures.
 *
 * Every count is a number that is added to, once for each turn and group where messages are many: the delivery path pays an addition and
 * nothing else. Nobody inside reads them.
 */
export class Tally {
  /** Messages handed to outboxes, live or from a stream: one for each message and subscriber. */
  deliveries = 0;
  /** Messages without history that found no room and are lost to their subscriber, who is told how many. */
  dropped = 0;
  /** Values that a newer one replaced before they were sent (`deliver: latest`). */
  replaced = 0;
  /** Messages left out since they exceeded their subscriber's budget (`deliver: budget`). */
  overBudget = 0;
  /** Subscriptions in effect now. */
  subscriptions = 0;
  /** Pages handed to subscriptions that catch up: from the ring of recent messages, or read from the store. */
  readonly pages = { ring: 0, store: 0 };
  /** Gaps that subscriptions were told of, by why the messages are gone. */
  readonly gaps: Record<GapReason, number> = { expired: 0, epoch: 0, purged: 0, limit: 0 };
}
