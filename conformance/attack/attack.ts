import type { Arena } from "./arena.ts";

/** How the attacked server is set up: see `targets.ts`. */
export type TargetName = "open" | "defaults" | "authenticated" | "guarded" | "hooked";

/** Something that hostile people do to a server, and what must become of it. */
export interface Attack {
  /** A few words; the row of the table in SECURITY.md begins with them. */
  readonly name: string;
  readonly target: TargetName;
  /** What is tried, in one sentence. */
  readonly tried: string;
  /** What has to hold, in one sentence. */
  readonly defence: string;
  /**
   * Tries it for real, and says in a few words what happened. What must not be is told to the arena.
   *
   * In a long run it is called several times, so it must leave nothing that disturbs the next time.
   */
  readonly run: (arena: Arena) => Promise<string>;
}
