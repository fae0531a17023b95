import type { Ending } from "./sessions.ts";

/** A connect whose identity is being found out. */
export interface PendingConnect {
  /** How many kicks there had been when it began. */
  readonly kicksBefore: number;
}

/**
 * Who was sent away while somebody's identity was still being found out.
 *
 * A kick finds the sessions that there are. A connect that is waiting at that moment is none of them yet, and would get in right after it.
 * Kicks are kept only as long as a connect waits that is older.
 */
export class PendingConnects {
  /** In the order they began. */
  readonly #pending = new Set<PendingConnect>();
  /** By user, in their order. */
  readonly #kicks = new Map<string, { readonly number: number; readonly ending: Ending }>();
  #kickCount = 0;

  begin(): PendingConnect {
    const pending = { kicksBefore: this.#kickCount };
    this.#pending.add(pending);
    return pending;
  }

  end(pending: PendingConnect): void {
    this.#pending.delete(pending);
    this.#forget();
  }

  /** Every connect that waits now and turns out to be this user's is to end like this. */
  kicked(user: string, ending: Ending): void {
    if (this.#pending.size === 0) return;
    this.#kickCount += 1;
    this.#kicks.delete(user);
    this.#kicks.set(user, { number: this.#kickCount, ending });
  }

  /** How the user's connect ends; null when nobody was sent away since it began. */
  endingOf(pending: PendingConnect, user: string): Ending | null {
    const kick = this.#kicks.get(user);
    return kick !== undefined && kick.number > pending.kicksBefore ? kick.ending : null;
  }

  #forget(): void {
    const [oldest] = this.#pending;
    for (const [user, { number }] of this.#kicks) {
      if (oldest !== undefined && number > oldest.kicksBefore) return;
      this.#kicks.delete(user);
    }
  }
}
