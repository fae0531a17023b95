import type { ChannelOptions } from "../config/channel-options.ts";
import type { Access } from "./access.ts";
import type { PatternSubscription } from "./pattern-subscription.ts";
import { PatternTrie } from "./pattern-trie.ts";

/**
 * The patterns that sessions on this node hold.
 *
 * A channel asks who of them is to have it when it gets a message. It remembers the newest pattern that it has met, so that the next
 * message costs one comparison as long as no pattern is added.
 */
export class Patterns {
  readonly #access: Pick<Access, "mayReceive">;
  /** For each pattern those who hold it, the newest last. */
  readonly #holders = new PatternTrie<PatternSubscription[]>();
  #newest = 0;

  constructor(access: Pick<Access, "mayReceive">) {
    this.#access = access;
  }

  get isEmpty(): boolean {
    return this.#holders.size === 0;
  }

  /** The place of the pattern that began last. */
  get newest(): number {
    return this.#newest;
  }

  /** Lets a pattern take effect: it meets every channel that gets a message from now on. */
  add(pattern: PatternSubscription): void {
    this.#newest += 1;
    pattern.sequence = this.#newest;
    const holders = this.#holders.get(pattern.pattern);
    if (holders === undefined) this.#holders.set(pattern.pattern, [pattern]);
    else holders.push(pattern);
  }

  delete(pattern: PatternSubscription): void {
    const holders = this.#holders.get(pattern.pattern) ?? [];
    const index = holders.indexOf(pattern);
    if (index < 0) return;
    holders.splice(index, 1);
    if (holders.length === 0) this.#holders.delete(pattern.pattern);
  }

  /** Lets a pattern meet every channel again, since what its session may receive has changed. */
  renew(pattern: PatternSubscription): void {
    if (pattern.sequence === 0) return;
    this.delete(pattern);
    this.add(pattern);
  }

  /** The patterns newer than `after` that bring a channel to their sessions. A session may be among them more than once. */
  takersOf(channel: string, options: () => ChannelOptions, after: number): readonly PatternSubscription[] {
    const matching = this.#holders.matching(channel);
    if (matching.length === 0) return NOBODY;
    const takers: PatternSubscription[] = [];
    for (const holders of matching) {
      for (let index = holders.length - 1; index >= 0; index -= 1) {
        const holder = holders[index];
        if (holder === undefined || holder.sequence <= after) break;
        if (this.brings(holder, channel, options())) takers.push(holder);
      }
    }
    return takers;
  }

  /** Whether some pattern of a session brings it a channel, also beside its name. */
  keeps(held: Iterable<PatternSubscription>, channel: string, options: ChannelOptions): boolean {
    for (const pattern of held) {
      if (pattern.matches(channel) && this.brings(pattern, channel, options)) return true;
    }
    return false;
  }

  /** Whether a pattern that matches a channel brings it to its session. */
  brings({ session, leftOut }: PatternSubscription, channel: string, options: ChannelOptions): boolean {
    return leftOut?.has(channel) !== true && this.#access.mayReceive(session, channel, options);
  }
}

const NOBODY: readonly PatternSubscription[] = [];
