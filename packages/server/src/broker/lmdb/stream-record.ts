import type { Durability, HistoryOptions } from "../../config/channel-options.ts";
import type { EpochStart, Page } from "../../core/streams.ts";
import { type Epochs, firstEpoch } from "../epochs.ts";
import { StoreDamaged, StoreTooNew } from "../store-errors.ts";

const VERSION = 1;

/**
 * What is known of a stream beside its messages; written with every group of appends.
 *
 * Messages `earliest` to `head` are stored, without holes. Those from `removed` up to `earliest` are past their retention and still
 * take space: trimming moves a number at once and removes in larger steps, because each removal costs a page of its own.
 */
export interface StreamRecord {
  /** The stream's number in keys. */
  readonly stream: number;
  epochs: Epochs;
  head: number;
  earliest: number;
  removed: number;
  /** The account of `earliest` to `head`. */
  bytes: number;
  /** The time and cost of the message at `earliest`; meaningless when nothing is stored. */
  earliestMs: number;
  earliestCost: number;
  /** The time of the newest message, stored or not. */
  lastMs: number;
  /** Since when nothing is stored. */
  emptySinceMs: number;
  missing: Page["missing"];
  /** The account of the last values; null while none was kept. */
  values: ValueAccount | null;
  /** How many chosen ids the stream has seen, and the first of them whose keys still take space. */
  idsTotal: number;
  idsFrom: number;
  /** How many epochs the store had when this was written; tells which unclean stops the stream has been through. */
  storeEpoch: number;
  /** The durability of the last append; false: the stream went on in memory, and what it had there is lost. */
  durable: Durability;
  /** The retention in force at the last append, for trimming while nothing is published. */
  retention: Pick<HistoryOptions, "messages" | "ttlMs" | "bytes">;
}

/** How many last values a stream keeps, and what they count together. */
export interface ValueAccount {
  readonly count: number;
  readonly size: number;
}

/** How many messages of the stream are stored. */
export function storedCount(record: StreamRecord): number {
  return record.head - record.earliest + 1;
}

/** The record of a stream that is about to get its first message. */
export function newRecord(
  stream: number,
  store: { readonly current: string; readonly count: number },
  history: HistoryOptions,
  nowMs: number,
): StreamRecord {
  const { messages, ttlMs, bytes, durable } = history;
  return {
    stream,
    epochs: firstEpoch(store.current),
    head: 0,
    earliest: 1,
    removed: 1,
    bytes: 0,
    earliestMs: 0,
    earliestCost: 0,
    lastMs: 0,
    emptySinceMs: nowMs,
    missing: "purged",
    values: null,
    idsTotal: 0,
    idsFrom: 1,
    storeEpoch: store.count,
    durable,
    retention: { messages, ttlMs, bytes },
  };
}

/** The record as JSON, which any tool can read and later versions can extend. */
export function encodeRecord(record: StreamRecord): Buffer {
  return Buffer.from(JSON.stringify({ v: VERSION, ...record }));
}

export function decodeRecord(bytes: Buffer): StreamRecord {
  const fields = new Fields(parseJson(bytes));
  const version = fields.number("v");
  if (version !== VERSION)
    throw new StoreTooNew(`A stream's record has format ${version}; this version knows ${VERSION}.`);
  const retention = new Fields(fields.value("retention"));
  return {
    stream: fields.number("stream"),
    epochs: parseEpochs(fields.value("epochs")),
    head: fields.number("head"),
    earliest: fields.number("earliest"),
    removed: fields.number("removed"),
    bytes: fields.number("bytes"),
    earliestMs: fields.number("earliestMs"),
    earliestCost: fields.number("earliestCost"),
    lastMs: fields.number("lastMs"),
    emptySinceMs: fields.number("emptySinceMs"),
    missing: parseMissing(fields.value("missing")),
    values: parseValues(fields.value("values")),
    idsTotal: fields.number("idsTotal"),
    idsFrom: fields.number("idsFrom"),
    storeEpoch: fields.number("storeEpoch"),
    durable: parseDurability(fields.value("durable")),
    retention: {
      messages: retention.number("messages"),
      ttlMs: retention.number("ttlMs"),
      bytes: retention.number("bytes"),
    },
  };
}

/** A value that the store wrote as JSON, read with care: a file may be damaged. */
export class Fields {
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(value: unknown) {
    if (typeof value !== "object" || value === null)
      throw new StoreDamaged("A stored record is not an object.");
    this.#fields = new Map(Object.entries(value));
  }

  value(name: string): unknown {
    return this.#fields.get(name);
  }

  /** A number; JSON has no Infinity and writes it as null. */
  number(name: string): number {
    const value = this.#fields.get(name);
    if (value === null) return Number.POSITIVE_INFINITY;
    if (typeof value !== "number") throw new StoreDamaged(`A stored record has no number "${name}".`);
    return value;
  }

  text(name: string): string {
    const value = this.#fields.get(name);
    if (typeof value !== "string") throw new StoreDamaged(`A stored record has no text "${name}".`);
    return value;
  }
}

export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw new StoreDamaged("A stored record is not JSON.", { cause });
  }
}

function parseEpochs(value: unknown): Epochs {
  const starts = Array.isArray(value) ? value.map(parseEpochStart) : [];
  const [oldest, ...rest] = starts;
  if (oldest === undefined) throw new StoreDamaged("A stream's record has no epoch.");
  return [oldest, ...rest];
}

function parseEpochStart(value: unknown): EpochStart {
  const fields = new Fields(value);
  return { epoch: fields.text("epoch"), first: fields.number("first") };
}

function parseMissing(value: unknown): Page["missing"] {
  if (value === "expired" || value === "purged" || value === "limit") return value;
  throw new StoreDamaged("A stream's record does not say why messages are missing.");
}

/** Records of versions that kept no last values have none. */
function parseValues(value: unknown): ValueAccount | null {
  if (value === undefined || value === null) return null;
  const fields = new Fields(value);
  return { count: fields.number("count"), size: fields.number("size") };
}

function parseDurability(value: unknown): Durability {
  if (value === "disk" || value === "process" || value === false) return value;
  throw new StoreDamaged("A stream's record does not say how durable it is.");
}
