import type { Claims } from "./self-memory.ts";

/** A name that the page has. */
interface Held {
  readonly name: string;
  release(): void;
  /** Resolves when the browser may give the name to another page. */
  readonly released: Promise<void>;
}

/**
 * The name that this page alone has among the open pages of its origin, by a Web Lock.
 *
 * The browser releases it when the page is closed, discarded or crashes. A page in the back/forward cache must not keep others from
 * the name, so whoever owns this calls `pause` on `pagehide`, and `resume` when the page is shown again.
 */
export class PageClaims implements Claims {
  readonly #locks: LockManager;
  #held: Held | undefined;

  constructor(locks: LockManager) {
    this.#locks = locks;
  }

  take(name: string, waitMs: number): Promise<boolean> {
    // A request may have one of the two options, not both.
    const options: LockOptions =
      waitMs === 0 ? { ifAvailable: true } : { signal: AbortSignal.timeout(waitMs) };
    return new Promise((resolve, reject) => {
      const released: Promise<void> = this.#locks.request(`tidewire.${name}`, options, (lock) => {
        resolve(lock !== null);
        if (lock === null) return undefined;
        return new Promise<void>((release) => {
          this.#held = { name, release, released };
        });
      });
      released.catch((error: unknown) => {
        if (error instanceof DOMException && error.name === "TimeoutError") resolve(false);
        else reject(error);
      });
    });
  }

  /** Gives the name up while the page is away. */
  pause(): void {
    this.#held?.release();
  }

  /** Takes the name again after `pause`. False when another page took it meanwhile. */
  async resume(): Promise<boolean> {
    const held = this.#held;
    if (held === undefined) return true;
    await held.released;
    return this.take(held.name, 0);
  }
}
