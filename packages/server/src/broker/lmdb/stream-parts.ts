import type { Clock } from "../../base/clock.ts";
import type { HistoryOptions } from "../../config/channel-options.ts";
import type { Group, GroupCommit } from "./group-commit.ts";
import { META_NEXT_STREAM } from "./keys.ts";
import { type PartContext, StreamPart } from "./stream-part.ts";
import { newRecord } from "./stream-record.ts";
import type { StreamState } from "./stream-state.ts";

/** Finds, or makes, the part that a stream has in the group that takes members now. */
export class StreamParts {
  readonly #context: PartContext;
  readonly #commits: GroupCommit;
  readonly #clock: Clock;
  #group: Group | null = null;
  readonly #parts = new Map<StreamState, StreamPart>();

  constructor(context: Omit<PartContext, "streamNumbers">, commits: GroupCommit, clock: Clock) {
    const next = context.environment.get(META_NEXT_STREAM)?.readUInt32BE() ?? 1;
    this.#context = { ...context, streamNumbers: { next } };
    this.#commits = commits;
    this.#clock = clock;
  }

  /** The part of a stream that exists; null when there is no such stream, or nothing can be written. */
  existing(state: StreamState): StreamPart | null {
    const group = this.#commits.join();
    if (group === null || state.latest === null) return null;
    return (
      this.#current(state, group) ?? this.#add(new StreamPart(this.#context, state, group, state.latest))
    );
  }

  /** The part of a stream, which begins with it if need be; null when nothing can be written. */
  of(state: StreamState, history: HistoryOptions): StreamPart | null {
    if (state.latest !== null) return this.existing(state);
    const group = this.#commits.join();
    if (group === null) return null;
    const { epochs, streamNumbers } = this.#context;
    const record = newRecord(streamNumbers.next++, epochs, history, this.#clock.nowMs());
    return this.#add(new StreamPart(this.#context, state, group, record));
  }

  #current(state: StreamState, group: Group): StreamPart | null {
    if (this.#group !== group) {
      this.#group = group;
      this.#parts.clear();
    }
    const part = this.#parts.get(state);
    return part === undefined || part.isDeleted ? null : part;
  }

  #add(part: StreamPart): StreamPart {
    if (this.#group !== part.group) {
      this.#group = part.group;
      this.#parts.clear();
    }
    this.#parts.set(part.state, part);
    return part;
  }
}
