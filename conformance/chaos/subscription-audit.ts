import type { Heard } from "./evidence.ts";
import type { Findings } from "./findings.ts";
import type { StreamLedger } from "./stream-ledger.ts";

type Of<Kind extends Heard["kind"]> = Extract<Heard, { kind: Kind }>;

/** Walks through what one subscriber heard of one channel, with the cursor that a client has to keep. */
export class SubscriptionAudit {
  readonly #who: string;
  readonly #ledger: StreamLedger;
  readonly #findings: Findings;
  readonly #seen = new Set<string>();
  /** The offset up to which everything was heard or told; null while that cannot be known. */
  #cursor: number | null = null;
  /** Of the cursor. */
  #epoch = "";
  /** Whether the last catch-up has ended, so that another `position` means another one. */
  #isLive = false;

  constructor(who: string, ledger: StreamLedger, findings: Findings) {
    this.#who = `${who} on ${ledger.name}`;
    this.#ledger = ledger;
    this.#findings = findings;
  }

  /** Looks at everything, in the order in which it was heard. */
  walk(heard: readonly Heard[]): void {
    for (const frame of heard) {
      switch (frame.kind) {
        case "subscribed":
          this.#subscribed(frame);
          break;
        case "message":
          this.#message(frame);
          break;
        case "gap":
          this.#gap(frame);
          break;
        case "position":
          this.#position(frame);
      }
      if (frame.kind !== "subscribed" || frame.asked === null) this.#epoch = frame.epoch;
    }
    this.#end();
  }

  #subscribed({ asked, epoch, offset, recovered }: Of<"subscribed">): void {
    const { keepsEverything } = this.#ledger;
    this.#isLive = asked === null;
    if (asked === null) this.#cursor = offset;
    else if (asked === "earliest") this.#cursor = keepsEverything ? 0 : null;
    if (!keepsEverything || asked === null) return;
    if (!recovered) this.#findings.add("gap", `${this.#who}: the server says that it was not recovered`);
    if (this.#cursor !== null && offset < this.#cursor) {
      this.#lost(offset + 1, this.#cursor, `the head is ${epoch}:${offset} after a restart`);
    }
  }

  #message({ epoch, offset, id, intact }: Of<"message">): void {
    const { tally, keeping } = this.#ledger;
    const position = `${epoch}:${offset}`;
    tally.delivered += 1;
    if (!intact)
      this.#findings.add("foreign", `${this.#who}: the content at ${position} is not that of ${id}`);
    if (this.#seen.has(position)) {
      tally.duplicated += 1;
      this.#findings.add("duplicated", `${this.#who} got ${position} twice`);
      return;
    }
    this.#seen.add(position);
    this.#ledger.witness(this.#who, epoch, offset, id);
    if (this.#ledger.mustHold(epoch, offset) && this.#ledger.at(offset)?.id !== id) {
      this.#lost(offset, offset, `${id} was delivered and is not stored`);
    }
    const cursor = this.#cursor;
    if (keeping === "memory" && cursor !== null && cursor > 0 && epoch !== this.#epoch) {
      this.#lost(cursor, cursor, `${position} follows ${this.#epoch}:${cursor}, and no gap was told`);
    } else if (cursor !== null && offset <= cursor) {
      tally.reordered += 1;
      this.#findings.add("reordered", `${this.#who} got ${position} after ${this.#epoch}:${cursor}`);
      return;
    } else if (cursor !== null && offset > cursor + 1) {
      this.#lost(cursor + 1, offset - 1, `${position} came next, and no gap was told`);
    }
    this.#cursor = offset;
  }

  #gap({ from, to, reason }: Of<"gap">): void {
    const { tally, keepsEverything } = this.#ledger;
    tally.gaps += 1;
    if (keepsEverything) this.#findings.add("gap", `${this.#who}: ${from}–${to} is gone (${reason})`);
    if (from !== null && to !== null) {
      if (this.#cursor !== null && from !== this.#cursor + 1) {
        this.#findings.add("gap", `${this.#who}: the gap ${from}–${to} does not follow ${this.#cursor}`);
      }
      for (let offset = from; offset <= to; offset += 1) {
        if (this.#ledger.at(offset) === undefined) continue;
        this.#findings.add("gap", `${this.#who}: ${offset} was said to be gone (${reason}) and is stored`);
      }
    }
    this.#cursor = to;
  }

  #position({ epoch, offset }: Of<"position">): void {
    const cursor = this.#cursor;
    if (cursor !== null && offset > cursor) {
      this.#lost(cursor + 1, offset, "the position passed it without a message or a gap");
    } else if (cursor !== null && offset < cursor) {
      this.#ledger.tally.reordered += 1;
      this.#findings.add("reordered", `${this.#who}: the position went back to ${epoch}:${offset}`);
    }
    this.#cursor = offset;
    if (this.#isLive) this.#ledger.tally.caughtUp += 1;
    this.#isLive = true;
  }

  #end(): void {
    const { head, keeping } = this.#ledger;
    const cursor = this.#cursor ?? 0;
    const isElsewhere = keeping === "memory" && this.#epoch !== head.epoch;
    if (isElsewhere) this.#lost(1, head.offset, "the end of the run came first");
    else if (cursor < head.offset) this.#lost(cursor + 1, head.offset, "the end of the run came first");
  }

  #lost(first: number, last: number, why: string): void {
    this.#ledger.tally.lost += last - first + 1;
    this.#findings.add("lost", `${this.#who} lacks ${first}–${last}: ${why}`);
  }
}
