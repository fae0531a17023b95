import type { Random } from "../base/clock.ts";
import { BudgetRate } from "./budget-rate.ts";
import { chooseFairly } from "./choose-fairly.ts";
import type { Message, Publisher } from "./message.ts";

/** So many milliseconds are a window of `deliver: budget` where the rule sets none. */
const DEFAULT_WINDOW_MS = 200;

/**
 * How long the windows of a budget are: as the rule says, else 200 ms.
 *
 * At 20 messages a second that is a choice of four at a time: enough to be fair among senders, and so soon that nobody notices it in
 * a comment.
 */
export function budgetWindowMs(windowMs: number): number {
  return windowMs > 0 ? windowMs : DEFAULT_WINDOW_MS;
}

/** Who a message is from, when a budget is divided: the backend is one sender, each user, each anonymous connection. */
function senderOf(publisher: Publisher): string {
  if (publisher.kind === "api") return "api";
  return publisher.user === null ? `connection:${publisher.connection}` : `user:${publisher.user}`;
}

/**
 * What of the waiting messages a budget has room for.
 *
 * Those of high priority are always chosen, and use the budget up before all others.
 */
export class BudgetChoice {
  readonly #rate: BudgetRate;
  readonly #random: Random;

  constructor(budget: number, windowMs: number, random: Random) {
    this.#rate = new BudgetRate(budget, windowMs);
    this.#random = random;
  }

  /** In how many milliseconds there is room for a message without priority; 0 when there is now. */
  waitMs(nowMs: number): number {
    return this.#rate.waitMs(nowMs);
  }

  /** The places of the chosen messages, in order. They count as sent. */
  choose(messages: readonly Message[], nowMs: number): readonly number[] {
    const places = messages.map((_, place) => place);
    const urgent = places.filter((place) => messages[place]?.priority === "high");
    const others = messages.flatMap(({ priority, from }, place) =>
      priority === "high" ? [] : [{ place, sender: senderOf(from) }],
    );
    const room = Math.max(0, this.#rate.allowance(nowMs) - urgent.length);
    const lucky = chooseFairly(
      others.map(({ sender }) => sender),
      room,
      this.#random,
    );
    const chosen = [...urgent, ...lucky.flatMap((index) => others[index]?.place ?? [])];
    this.#rate.spend(nowMs, chosen.length);
    return chosen.toSorted((one, other) => one - other);
  }
}
