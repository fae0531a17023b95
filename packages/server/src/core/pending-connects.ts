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
  /** By user, or by user and device, in their order. */
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

  /** Every connect that waits now and turns out to be this user's is to end like this; with a device, only those of the device. */
  kicked(user: string, device: string | null, ending: Ending): void {
    if (this.#pending.size === 0) return;
    this.#kickCount += 1;
    const who = keyOf(user, device);
    this.#kicks.delete(who);
    this.#kicks.set(who, { number: this.#kickCount, ending });
  }

  /** How the connect of this user, on this device, ends; null when nobody was sent away since it began. */
  endingOf(pending: PendingConnect, user: string, device: string | null): Ending | null {
    if (this.#kicks.size === 0) return null;
    const kicks = [this.#kicks.get(keyOf(user, null)), this.#kicks.get(keyOf(user, device))];
    return kicks.find((kick) => kick !== undefined && kick.number > pending.kicksBefore)?.ending ?? null;
  }

  #forget(): void {
    const [oldest] = this.#pending;
    for (const [user, { number }] of this.#kicks) {
      if (oldest !== undefined && number > oldest.kicksBefore) return;
      this.#kicks.delete(user);
    }
  }
}

function keyOf(user: string, device: string | null): string {
  return JSON.stringify([user, device]);
}
