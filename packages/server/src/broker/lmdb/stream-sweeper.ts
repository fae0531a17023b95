import type { Clock } from "../../base/clock.ts";
import { isRecognised, type IdLimits } from "../known-ids.ts";
import { RECORD_KEEP_MS } from "../store.ts";
import type { Environment } from "./environment.ts";
import type { Group, Member } from "./group-commit.ts";
import { META_EPOCHS, ordinalOfKey, ordinalsFrom } from "./keys.ts";
import { decodeOrdinal } from "./stored-id.ts";
import type { StoreEpochs } from "./store-epochs.ts";
import type { StreamCache } from "./stream-cache.ts";
import type { StreamPart } from "./stream-part.ts";
import type { StreamParts } from "./stream-parts.ts";
import { storedCount, type StreamRecord } from "./stream-record.ts";
import type { StreamState } from "./stream-state.ts";

/** How many records a sweep looks at; at one sweep a minute, a million streams are all seen in a day and a half. */
const RECORDS_PER_SWEEP = 500;

export interface StreamSweeperOptions {
  readonly environment: Environment;
  readonly cache: StreamCache;
  readonly parts: StreamParts;
  readonly epochs: StoreEpochs;
  readonly clock: Clock;
  readonly limits: IdLimits;
  /** The channels that have records, after the given one. */
  readonly names: (after: string, limit: number) => readonly string[];
  /** Whether somebody listens to the channel: such a stream keeps its record. */
  readonly isOpen: (channel: string) => boolean;
}

/** Frees the space of streams to which nothing is appended, and deletes the records of those that were long empty. */
export class StreamSweeper {
  readonly #options: StreamSweeperOptions;
  #after = "";

  constructor(options: StreamSweeperOptions) {
    this.#options = options;
  }

  /** Looks at some streams; each call goes on where the one before ended. Stops early when nothing can be written. */
  async sweep(): Promise<void> {
    const { cache, clock, names } = this.#options;
    const channels = names(this.#after, RECORDS_PER_SWEEP);
    this.#after = channels.length < RECORDS_PER_SWEEP ? "" : (channels.at(-1) ?? "");
    let renewed = false;
    for (const channel of channels) {
      const state = cache.state(channel);
      while (this.#isDue(state)) {
        if (!(await this.#change(state, (part) => part.maintain(clock.nowMs())))) return;
      }
      if (!this.#isOver(state)) continue;
      const deleted = await this.#change(state, (part) => {
        part.delete();
        if (!renewed) this.#renewStoreEpoch(part.group);
        renewed = true;
      });
      if (!deleted) return;
    }
  }

  async #change(state: StreamState, change: (part: StreamPart) => void): Promise<boolean> {
    const part = this.#options.parts.existing(state);
    if (part === null) return false;
    change(part);
    return part.group.settled;
  }

  #isDue(state: StreamState): boolean {
    const record = state.durable;
    if (record === null || !state.isIdle) return false;
    const nowMs = this.#options.clock.nowMs();
    if (storedCount(record) > 0 && record.earliestMs + record.retention.ttlMs <= nowMs) return true;
    return record.removed < record.earliest || this.#hasForgottenId(record, nowMs);
  }

  #hasForgottenId(record: StreamRecord, nowMs: number): boolean {
    const { environment, limits } = this.#options;
    for (const { key, value } of environment.entries(ordinalsFrom(record.stream, record.idsFrom, 1))) {
      const known = { ordinal: ordinalOfKey(key), timeMs: decodeOrdinal(value).timeMs };
      return !isRecognised(known, record.idsTotal, limits, nowMs);
    }
    return false;
  }

  #isOver(state: StreamState): boolean {
    const record = state.durable;
    if (record === null || !state.isIdle || storedCount(record) > 0 || this.#options.isOpen(state.channel))
      return false;
    if (record.removed < record.earliest || this.#hasAnyId(record)) return false;
    return record.emptySinceMs + RECORD_KEEP_MS <= this.#options.clock.nowMs();
  }

  #hasAnyId(record: StreamRecord): boolean {
    const { environment } = this.#options;
    return environment.countKeys(ordinalsFrom(record.stream, record.idsFrom, 1)) > 0;
  }

  /** In the same transaction: a position of the deleted stream must never be taken for one of a later stream. */
  #renewStoreEpoch(group: Group): void {
    const { epochs } = this.#options;
    epochs.renew(false);
    group.members.push(epochsMember(epochs));
  }
}

function epochsMember(epochs: StoreEpochs): Member {
  return {
    flush: true,
    write: (writer) => writer.put(META_EPOCHS, epochs.encode()),
    kept() {},
    lost() {},
    repair: (writer) => writer.put(META_EPOCHS, epochs.encode()),
  };
}
