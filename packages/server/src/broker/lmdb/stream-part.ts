import type { HistoryOptions } from "../../config/channel-options.ts";
import type { Append, Page } from "../../core/streams.ts";
import { beginEpoch, currentEpoch } from "../epochs.ts";
import { type IdLimits, isRecognised } from "../known-ids.ts";
import { toMessage } from "../relay.ts";
import { isExpired, messageCost, trimReason } from "../retention.ts";
import type { StreamStart } from "../stream-start.ts";
import type { Environment, Writer } from "./environment.ts";
import type { Group, Member } from "./group-commit.ts";
import { LastValuesPart } from "./last-values.ts";
import {
  hashId,
  hashUser,
  idKey,
  META_NEXT_STREAM,
  messageKey,
  messagesBetween,
  offsetOfMessageKey,
  ordinalKey,
  ordinalOfKey,
  ordinalsFrom,
  ownKey,
  recordKey,
} from "./keys.ts";
import { decodeHeader, encodeMessage } from "./message-codec.ts";
import { decodeOrdinal, decodeStoredId, encodeOrdinal, encodeStoredId } from "./stored-id.ts";
import type { StoreEpochs } from "./store-epochs.ts";
import { encodeRecord, storedCount, type StreamRecord } from "./stream-record.ts";
import type { Planned, PlannedId, StreamState } from "./stream-state.ts";

/** Below so many, what is past its retention waits, so that a full channel does not pay a removal for each append. */
const MIN_REMOVALS = 64;
/** No group removes more than this of a stream, so that a purge of a large one delays nobody. */
const MAX_REMOVALS = 512;
const OWN = Buffer.from([1]);

/** Where a message stands. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** What all streams of a store share. */
export interface PartContext {
  readonly environment: Environment;
  readonly limits: IdLimits;
  readonly epochs: StoreEpochs;
  /** Numbers for new streams; `next` is the first that was not given away. */
  readonly streamNumbers: { next: number };
}

/** What one group does to one stream: plans at once, writes when the group leaves. */
export class StreamPart implements Member {
  readonly state: StreamState;
  readonly group: Group;
  readonly #context: PartContext;
  readonly #record: StreamRecord;
  readonly #isNew: boolean;
  readonly #planned: Planned[] = [];
  readonly #ids: PlannedId[] = [];
  readonly #idKeys: string[] = [];
  /** null: this group leaves the last values as they are. */
  #values: LastValuesPart | null = null;
  #flush = false;
  /** When a sweep came by; null: only what is worth it is removed. */
  #sweptMs: number | null = null;
  #deleted = false;

  /** Joins the group; `base` is what the part goes on from: `state.latest`, or the record of a new stream. */
  constructor(context: PartContext, state: StreamState, group: Group, base: StreamRecord) {
    this.#context = context;
    this.state = state;
    this.group = group;
    this.#isNew = state.latest === null;
    this.#record = { ...base };
    state.latest = this.#record;
    state.parts.push(this);
    group.members.push(this);
  }

  get isDeleted(): boolean {
    return this.#deleted;
  }

  get flush(): boolean {
    return this.#flush;
  }

  get planned(): readonly Planned[] {
    return this.#planned;
  }

  /** Plans one more message; it is delivered with its group. */
  append(append: Append, history: HistoryOptions, scopedId: string | null, nowMs: number): Position {
    const record = this.#record;
    this.#useRetention(history);
    if (storedCount(record) > 0 && isExpired(record.lastMs, history, nowMs)) this.#clear("expired", nowMs);
    record.lastMs = Math.max(record.lastMs, nowMs);
    const epoch = currentEpoch(record.epochs);
    const message = toMessage(append, epoch, record.head + 1, record.lastMs);
    const encoded = encodeMessage(message);
    const cost = messageCost(Buffer.byteLength(append.dataJson));
    const user = append.from.kind === "client" ? append.from.user : null;
    record.head++;
    record.bytes += cost;
    if (storedCount(record) === 1) {
      record.earliestMs = record.lastMs;
      record.earliestCost = cost;
    }
    this.#planned.push({ offset: record.head, encoded, timeMs: record.lastMs, cost, user });
    if (append.keepsLast) this.#changeValues().set(message);
    if (scopedId !== null) this.#planId(scopedId, epoch, nowMs);
    this.trim(nowMs);
    this.group.messages.push(message);
    return { epoch, offset: record.head };
  }

  purge(nowMs: number): void {
    this.#flush ||= this.#record.durable === "disk";
    this.#forgetValues();
    this.#clear("purged", nowMs);
  }

  /** Moves `earliest` past what has to go. */
  trim(nowMs: number): void {
    const record = this.#record;
    const history = { ...record.retention, durable: record.durable };
    while (storedCount(record) > 0) {
      const oldest = { timeMs: record.earliestMs };
      const reason = trimReason(oldest, storedCount(record), record.bytes, history, nowMs);
      if (reason === null) return;
      if (storedCount(record) === 1) {
        this.#clear(reason, record.earliestMs + history.ttlMs);
        return;
      }
      record.bytes -= record.earliestCost;
      record.earliest++;
      record.missing = reason;
      const next = this.state.header(this.#context.environment, record.stream, record.earliest);
      record.earliestMs = next.timeMs;
      record.earliestCost = next.cost;
    }
  }

  /** Removes as much as a group may of what is past its retention, however little it is. */
  maintain(nowMs: number): void {
    const record = this.#record;
    if (storedCount(record) > 0 && record.lastMs + record.retention.ttlMs <= nowMs) {
      this.#clear("expired", record.lastMs + record.retention.ttlMs);
    }
    this.trim(nowMs);
    this.#sweptMs = nowMs;
  }

  /** Ends the stream: nothing of it may be stored any more. */
  delete(): void {
    this.#deleted = true;
    this.#forgetValues();
    this.state.latest = null;
  }

  /** Lets the stream go on elsewhere: its messages are forgotten, and its record says that it has moved. */
  moveAway(nowMs: number): void {
    this.#record.durable = false;
    this.#forgetValues();
    this.#clear("purged", nowMs);
  }

  /**
   * Takes over a stream that was kept elsewhere: it goes on after `start.head`, without its messages, under a new epoch.
   *
   * This holds from now on; should it not reach the disk, the record there still says that the stream has moved.
   */
  takeOver(start: StreamStart, epoch: string, history: HistoryOptions, nowMs: number): void {
    const record = this.#record;
    this.#useRetention(history);
    record.head = start.head;
    record.epochs = beginEpoch(start.epochs, epoch, start.head, start.head + 1);
    this.#clear("purged", nowMs);
    this.state.durable = { ...record };
  }

  write(writer: Writer): void {
    const record = this.#record;
    if (this.#values !== null) record.values = this.#values.write(writer, record.stream, record.values);
    if (this.#deleted) {
      writer.remove(recordKey(this.state.channel));
      return;
    }
    for (const { offset, encoded, user } of this.#planned) {
      writer.put(messageKey(record.stream, offset), encoded);
      if (user !== null) writer.put(ownKey(record.stream, hashUser(user), offset), OWN);
    }
    for (const id of this.#ids) {
      writer.put(idKey(record.stream, id.hash), encodeStoredId(id));
      writer.put(ordinalKey(record.stream, id.ordinal), encodeOrdinal(id));
    }
    this.#removeMessages(writer);
    this.#removeIds(writer);
    if (this.#isNew) {
      const next = Buffer.allocUnsafe(4);
      next.writeUInt32BE(this.#context.streamNumbers.next);
      writer.put(META_NEXT_STREAM, next);
    }
    writer.put(recordKey(this.state.channel), encodeRecord(record));
  }

  kept(): void {
    this.state.durable = this.#deleted ? null : this.#record;
    this.#leave();
  }

  lost(): void {
    this.state.latest = this.state.durable;
    this.#leave();
  }

  repair(writer: Writer): void {
    const { stream } = this.#record;
    const kept = this.state.durable;
    this.#values?.repair(writer);
    for (const { offset, user } of this.#planned) {
      writer.remove(messageKey(stream, offset));
      if (user !== null) writer.remove(ownKey(stream, hashUser(user), offset));
    }
    for (const { hash, ordinal } of this.#ids) {
      writer.remove(idKey(stream, hash));
      writer.remove(ordinalKey(stream, ordinal));
    }
    const key = recordKey(this.state.channel);
    if (kept === null) writer.remove(key);
    else writer.put(key, encodeRecord(kept));
  }

  #planId(scopedId: string, epoch: string, nowMs: number): void {
    const record = this.#record;
    record.idsTotal++;
    const id: PlannedId = {
      hash: hashId(scopedId),
      ordinal: record.idsTotal,
      timeMs: nowMs,
      epoch,
      offset: record.head,
      group: this.group,
    };
    this.#ids.push(id);
    this.#idKeys.push(scopedId);
    this.state.plannedIds.set(scopedId, id);
  }

  #useRetention(history: HistoryOptions): void {
    const { messages, ttlMs, bytes, durable } = history;
    const record = this.#record;
    const { retention } = record;
    if (retention.messages !== messages || retention.ttlMs !== ttlMs || retention.bytes !== bytes) {
      record.retention = { messages, ttlMs, bytes };
    }
    record.durable = durable;
    record.storeEpoch = this.#context.epochs.count;
    // Once a group has a message that waits for the disk, all of it does.
    this.#flush ||= durable === "disk";
  }

  #changeValues(): LastValuesPart {
    this.#values ??= new LastValuesPart(this.#context.environment);
    return this.#values;
  }

  #forgetValues(): void {
    if (this.#record.values !== null || this.#values !== null) this.#changeValues().clear();
  }

  #clear(reason: Page["missing"], sinceMs: number): void {
    const record = this.#record;
    record.earliest = record.head + 1;
    record.bytes = 0;
    record.missing = reason;
    record.emptySinceMs = sinceMs;
  }

  /** Only what the last kept group was done with: a failed one must find everything that it goes back to. */
  #removeMessages(writer: Writer): void {
    const record = this.#record;
    const end = this.state.durable?.earliest ?? 0;
    if (end - record.removed < (this.#sweptMs === null ? MIN_REMOVALS : 1)) return;
    const range = messagesBetween(record.stream, record.removed, end - 1, MAX_REMOVALS);
    let next = end;
    let count = 0;
    for (const { key, value } of this.#context.environment.entries(range)) {
      const offset = offsetOfMessageKey(key);
      const { user } = decodeHeader(value);
      writer.remove(key);
      if (user !== null) writer.remove(ownKey(record.stream, hashUser(user), offset));
      if (++count === MAX_REMOVALS) next = offset + 1;
    }
    record.removed = next;
  }

  #removeIds(writer: Writer): void {
    const record = this.#record;
    const { environment, limits } = this.#context;
    const total = this.state.durable?.idsTotal ?? 0;
    const surplus = total - limits.max - record.idsFrom + 1;
    if (this.#sweptMs === null && surplus < MIN_REMOVALS) return;
    const nowMs = this.#sweptMs ?? record.lastMs;
    for (const { key, value } of environment.entries(
      ordinalsFrom(record.stream, record.idsFrom, MAX_REMOVALS),
    )) {
      const ordinal = ordinalOfKey(key);
      const { hash, timeMs } = decodeOrdinal(value);
      if (isRecognised({ ordinal, timeMs }, total, limits, nowMs)) break;
      writer.remove(key);
      const byHash = idKey(record.stream, hash);
      const stored = environment.get(byHash);
      // An id that was used again after its time stands under its newer ordinal.
      if (stored !== undefined && decodeStoredId(stored).ordinal === ordinal) writer.remove(byHash);
      record.idsFrom = ordinal + 1;
    }
  }

  #leave(): void {
    const { parts, plannedIds } = this.state;
    parts.splice(parts.indexOf(this), 1);
    for (const [index, key] of this.#idKeys.entries()) {
      if (plannedIds.get(key) === this.#ids[index]) plannedIds.delete(key);
    }
  }
}
