import type { Clock } from "../../base/clock.ts";
import type { Cursors, Receipt } from "../../core/cursors.ts";

/** Reading cursors that live as long as the process. */
export class MemoryCursors implements Cursors {
  readonly #clock: Clock;
  readonly #channels = new Map<string, Map<string, Receipt>>();

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock;
  }

  get(user: string, channel: string): Promise<number | null> {
    return Promise.resolve(this.#channels.get(channel)?.get(user)?.offset ?? null);
  }

  advance(user: string, channel: string, offset: number): Promise<number> {
    let receipts = this.#channels.get(channel);
    if (receipts === undefined) {
      receipts = new Map();
      this.#channels.set(channel, receipts);
    }
    const before = receipts.get(user);
    if (before !== undefined && before.offset >= offset) return Promise.resolve(before.offset);
    receipts.set(user, { user, offset, timeMs: this.#clock.nowMs() });
    return Promise.resolve(offset);
  }

  receipts(channel: string, after: string, limit: number): Promise<readonly Receipt[]> {
    const all = [...(this.#channels.get(channel)?.values() ?? [])];
    const rest = all.filter((receipt) => compareUsers(receipt.user, after) > 0);
    return Promise.resolve(rest.sort((a, b) => compareUsers(a.user, b.user)).slice(0, limit));
  }
}

/** The order of UTF-8 bytes, in which a store on disk keeps its keys. */
function compareUsers(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
