import type { Outbox } from "./outbox.ts";
import type { Step } from "./stream-cursor.ts";
import type { Subscription } from "./subscription.ts";

/**
 * The subscriptions of a group; those who keep step stand first, and get the same bytes at the same time.
 *
 * Writing to them looks at their outboxes only. Visiting each subscription and session too, cold after a thousand system calls, was
 * a tenth of a delivery.
 */
export class StepList {
  readonly #step: Step;
  /** Those in step first. */
  readonly #subscriptions: Subscription[] = [];
  /** The outboxes of those in step, at the same places. */
  readonly #outboxes: Outbox[] = [];

  /** `step` says where those in step are. */
  constructor(step: Step) {
    this.#step = step;
  }

  get subscriptions(): readonly Subscription[] {
    return this.#subscriptions;
  }

  /** How many keep step: so many of `subscriptions`, from the first on. */
  get inStep(): number {
    return this.#outboxes.length;
  }

  add(subscription: Subscription): void {
    subscription.index = this.#subscriptions.length;
    this.#subscriptions.push(subscription);
  }

  remove(subscription: Subscription): void {
    this.leave(subscription);
    const last = this.#subscriptions.pop();
    if (last !== undefined && last !== subscription) this.#place(last, subscription.index);
    subscription.index = -1;
  }

  /** Writes to all in step. Who has no room, or is excluded, leaves the step and gets nothing. */
  write(bytes: Uint8Array, excluded: ReadonlySet<string> | null): void {
    if (excluded !== null) this.#leaveAll(excluded);
    for (let index = 0; index < this.#outboxes.length; index += 1) {
      const outbox = this.#outboxes[index];
      if (outbox === undefined) return;
      if (outbox.overrun) {
        const subscription = this.#subscriptions[index];
        if (subscription !== undefined) this.leave(subscription);
        // Another one has taken the place.
        index -= 1;
      } else {
        outbox.write(bytes);
      }
    }
  }

  /** Puts a subscription that stands where the step does behind the others in step. */
  keep(subscription: Subscription): void {
    const { outbox } = subscription.session;
    const place = this.#outboxes.length;
    const displaced = this.#subscriptions[place];
    if (outbox === null || displaced === undefined) return;
    this.#place(displaced, subscription.index);
    this.#place(subscription, place);
    this.#outboxes.push(outbox);
    subscription.keepStep(this.#step);
  }

  /** Takes a subscription out of the step, to the first place of those who are not in it. */
  leave(subscription: Subscription): void {
    const { index } = subscription;
    const lastOutbox = index < this.#outboxes.length ? this.#outboxes.pop() : undefined;
    if (lastOutbox === undefined) return;
    const lastPlace = this.#outboxes.length;
    const last = this.#subscriptions[lastPlace];
    if (last !== undefined && last !== subscription) {
      this.#outboxes[index] = lastOutbox;
      this.#place(last, index);
      this.#place(subscription, lastPlace);
    }
    subscription.leaveStep();
  }

  #leaveAll(excluded: ReadonlySet<string>): void {
    for (let index = this.#outboxes.length - 1; index >= 0; index -= 1) {
      const subscription = this.#subscriptions[index];
      if (subscription !== undefined && excluded.has(subscription.session.connection)) {
        this.leave(subscription);
      }
    }
  }

  #place(subscription: Subscription, index: number): void {
    this.#subscriptions[index] = subscription;
    subscription.index = index;
  }
}
