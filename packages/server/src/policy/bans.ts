import type { Clock } from "../base/clock.ts";

/** Why a user may not connect, and until when; `untilMs` null is for good. */
export interface Ban {
  readonly reason: string;
  readonly untilMs: number | null;
}

/**
 * The users who may not connect.
 *
 * Bounded: when it is full of bans that still hold, a new one is refused rather than an old one lifted.
 */
export class Bans {
  readonly #clock: Clock;
  readonly #maxUsers: number;
  readonly #bans = new Map<string, Ban>();

  constructor(clock: Clock, maxUsers = 100_000) {
    this.#clock = clock;
    this.#maxUsers = maxUsers;
  }

  /** Bans the user for a time (null: for good), replacing an earlier ban; false when there is no room. */
  ban(user: string, forMs: number | null, reason: string): boolean {
    if (!this.#bans.has(user) && this.#bans.size >= this.#maxUsers) this.#forgetPast();
    if (!this.#bans.has(user) && this.#bans.size >= this.#maxUsers) return false;
    this.#bans.set(user, { reason, untilMs: forMs === null ? null : this.#clock.nowMs() + forMs });
    return true;
  }

  /** Lifts the ban; false when there was none. */
  unban(user: string): boolean {
    const held = this.find(user) !== undefined;
    this.#bans.delete(user);
    return held;
  }

  /** The ban that holds now, if any. */
  find(user: string): Ban | undefined {
    const ban = this.#bans.get(user);
    if (ban === undefined || this.#holds(ban)) return ban;
    this.#bans.delete(user);
    return undefined;
  }

  #holds(ban: Ban): boolean {
    return ban.untilMs === null || this.#clock.nowMs() < ban.untilMs;
  }

  #forgetPast(): void {
    for (const [user, ban] of this.#bans) if (!this.#holds(ban)) this.#bans.delete(user);
  }
}
