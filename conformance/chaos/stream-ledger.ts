import type { Keeping } from "./channels.ts";
import type { ChannelEvidence, Stored } from "./evidence.ts";
import type { Findings, Tally } from "./findings.ts";

/**
 * What is known of one channel: its stored messages, and which message every position that anybody named belongs to.
 *
 * Made from the history alone; publishers and subscribers are then held against it.
 */
export class StreamLedger {
  readonly name: string;
  readonly keeping: Keeping;
  readonly head: ChannelEvidence["head"];
  /** Whether a kill may take nothing at all. */
  readonly keepsEverything: boolean;
  readonly #findings: Findings;
  readonly #byOffset = new Map<number, Stored>();
  readonly #ids = new Map<string, string>();
  readonly #earliest: number;

  constructor(channel: ChannelEvidence, findings: Findings) {
    this.name = channel.name;
    this.keeping = channel.keeping;
    this.head = channel.head;
    this.keepsEverything = channel.keeping === "disk" || channel.keeping === "process";
    this.#findings = findings;
    const { history } = channel;
    this.#earliest = history[0]?.offset ?? channel.head.offset + 1;
    this.#readHistory(history);
  }

  get tally(): Tally {
    return this.#findings.tally(this.keeping);
  }

  at(offset: number): Stored | undefined {
    return this.#byOffset.get(offset);
  }

  /** Notes that somebody was told that this message stands there; a position never has two. */
  witness(who: string, epoch: string, offset: number, id: string): void {
    const position = `${epoch}:${offset}`;
    const known = this.#ids.get(position);
    if (known === undefined) this.#ids.set(position, id);
    else if (known !== id) {
      this.#findings.add("foreign", `${this.name} ${position} is ${known}, but ${who} was told ${id}`);
    }
  }

  /** Whether a message that stood at this position has to be in the history still. */
  mustHold(epoch: string, offset: number): boolean {
    if (this.keepsEverything) return true;
    if (offset < this.#earliest) return false;
    return this.keeping === "trimmed" || epoch === this.head.epoch;
  }

  #readHistory(history: readonly Stored[]): void {
    const { tally } = this;
    const ids = new Map<string, number>();
    const epochs: string[] = [];
    let next = this.keepsEverything ? 1 : this.#earliest;
    tally.stored += history.length;
    for (const message of history) {
      const { epoch, offset, id, intact } = message;
      if (offset > next) this.#lost(next, offset - 1, "the history has a hole");
      if (offset < next) {
        tally.reordered += 1;
        this.#findings.add("reordered", `${this.name}: the history shows ${offset} after ${next - 1}`);
      }
      next = offset + 1;
      const before = ids.get(id);
      if (before !== undefined) {
        tally.duplicated += 1;
        this.#findings.add("duplicated", `${this.name}: ${id} is stored at ${before} and at ${offset}`);
      }
      ids.set(id, offset);
      if (!intact) this.#findings.add("foreign", `${this.name} ${offset}: the content is not that of ${id}`);
      if (epochs.at(-1) !== epoch) epochs.push(epoch);
      this.#byOffset.set(offset, message);
      this.witness("the history", epoch, offset, id);
    }
    if (next <= this.head.offset) this.#lost(next, this.head.offset, "the history ends before the head");
    if (epochs.at(-1) !== this.head.epoch) epochs.push(this.head.epoch);
    tally.newEpochs += epochs.length - 1;
    if (this.keeping === "disk" && epochs.length > 1) {
      this.#findings.add("epoch", `${this.name} has had the epochs ${epochs.join(", ")}`);
    }
    if (new Set(epochs).size < epochs.length) {
      this.#findings.add("epoch", `${this.name}: an epoch came back: ${epochs.join(", ")}`);
    }
  }

  #lost(first: number, last: number, why: string): void {
    this.tally.lost += last - first + 1;
    this.#findings.add("lost", `${this.name} ${first}–${last}: ${why}`);
  }
}
