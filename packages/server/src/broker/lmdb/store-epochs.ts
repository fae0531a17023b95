import type { RandomId } from "../../base/clock.ts";
import { beginEpoch } from "../epochs.ts";
import { StoreDamaged } from "../store-errors.ts";
import { Fields, parseJson, type StreamRecord } from "./stream-record.ts";

const EPOCH_BITS = 48;
/** Older ones are forgotten: a client that returns with one is told of a divergence instead of getting everything. */
const MAX_REMEMBERED = 1000;

interface StoreEpoch {
  readonly epoch: string;
  /** Whether it began because the process before had not stopped cleanly. */
  readonly unclean: boolean;
}

/**
 * The epochs of streams that were never written, former ones included.
 *
 * One begins with the store, with every unclean stop, and with every deletion of records. Streams that an unclean stop may have cut short
 * take that epoch for their own, so that a stop costs one write, however many streams there are.
 */
export class StoreEpochs {
  readonly #randomId: RandomId;
  #remembered: readonly StoreEpoch[];
  /** How many epochs there were before the remembered ones. */
  #forgotten: number;

  private constructor(randomId: RandomId, remembered: readonly StoreEpoch[], forgotten: number) {
    this.#randomId = randomId;
    this.#remembered = remembered;
    this.#forgotten = forgotten;
  }

  static create(randomId: RandomId): StoreEpochs {
    const epochs = new StoreEpochs(randomId, [], 0);
    epochs.renew(false);
    return epochs;
  }

  static decode(bytes: Buffer, randomId: RandomId): StoreEpochs {
    const fields = new Fields(parseJson(bytes));
    const list = fields.value("epochs");
    if (!Array.isArray(list) || list.length === 0) throw new StoreDamaged("The store has no epoch.");
    const remembered = list.map((value: unknown): StoreEpoch => {
      const entry = new Fields(value);
      return { epoch: entry.text("epoch"), unclean: entry.value("unclean") === true };
    });
    return new StoreEpochs(randomId, remembered, fields.number("forgotten"));
  }

  encode(): Buffer {
    return Buffer.from(JSON.stringify({ forgotten: this.#forgotten, epochs: this.#remembered }));
  }

  get current(): string {
    return this.#remembered.at(-1)?.epoch ?? "";
  }

  /** How many epochs the store has had. */
  get count(): number {
    return this.#forgotten + this.#remembered.length;
  }

  has(epoch: string): boolean {
    return this.#remembered.some((entry) => entry.epoch === epoch);
  }

  renew(unclean: boolean): void {
    const all = [...this.#remembered, { epoch: this.#randomId(EPOCH_BITS), unclean }];
    const tooMany = Math.max(0, all.length - MAX_REMEMBERED);
    this.#remembered = all.slice(tooMany);
    this.#forgotten += tooMany;
  }

  /** The record as it has to be seen after the unclean stops since it was written. */
  afterStops(record: StreamRecord): StreamRecord {
    const since = this.#remembered.slice(Math.max(0, record.storeEpoch - this.#forgotten));
    // What was acknowledged on a stream of durability `disk` is there, whatever stopped the process.
    if (since.length === 0 || record.durable !== "process") return record;
    let epochs = record.epochs;
    for (const { epoch, unclean } of since) {
      if (unclean) epochs = beginEpoch(epochs, epoch, record.head, record.earliest);
    }
    return { ...record, epochs, storeEpoch: this.count };
  }
}
