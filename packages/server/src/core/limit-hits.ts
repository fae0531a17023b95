import type { LimitName } from "../config/limit-table.ts";

/** Who exceeded a limit, as far as that is known. */
export interface LimitSubject {
  readonly address?: string | undefined;
  readonly user?: string | undefined;
  readonly connection?: string | undefined;
  readonly keyName?: string | undefined;
  readonly channel?: string | undefined;
}

/** The port to whoever counts and logs that limits are exceeded. */
export interface LimitHits {
  /** To be called each time. Cheap: it is called as often as an attacker likes. */
  hit(limit: LimitName, subject: LimitSubject): void;
}

/** For where nobody counts. */
export const UNCOUNTED: LimitHits = { hit() {} };
