import type { Clock } from "../../base/clock.ts";
import { Expiry } from "../../core/expiry.ts";

/** One thing that is there or not, such as a user being online, and what was said about it. */
interface Standing {
  /** How many reasons there are for its being there: the connections of a user. */
  count: number;
  /** Whether its beginning was told, and not its end. */
  told: boolean;
  /** Something about it is being told at this moment; the next thing waits for that. */
  telling: boolean;
  /** It has not been there for longer than the grace time. */
  over: boolean;
  /** What its beginning is told with. */
  detailsJson: string;
}

/** What announcing works with. */
export interface AnnouncementsOptions {
  /** Must not jump. */
  readonly clock: Clock;
  /** How long an end is held back. */
  readonly graceMs: number;
  /** How long the end of what began before a restart is held back. */
  readonly restartGraceMs: number;
  /** Tells that a subject is there or gone; resolves with whether that was kept. When it was not, it is asked again later. */
  readonly tell: (subject: string, isThere: boolean, detailsJson: string) => Promise<boolean>;
}

/**
 * Turns what comes and goes into beginnings and ends that take turns.
 *
 * A beginning is told at once, an end only after the grace time: whatever returns before then is told neither as gone nor as back. What was
 * told last always becomes what is, however often it changes and however often telling fails.
 */
export class Announcements {
  readonly #options: AnnouncementsOptions;
  readonly #standings: Map<string, Standing> = new Map();
  readonly #ending: Expiry<string>;
  readonly #restored: Expiry<string>;
  /** Subjects about which telling failed. */
  readonly #untold: Set<string> = new Set();

  constructor(options: AnnouncementsOptions) {
    this.#options = options;
    this.#ending = new Expiry(options.clock, options.graceMs);
    this.#restored = new Expiry(options.clock, options.restartGraceMs);
  }

  /** Subjects that are there, or whose end is still to be told. */
  get size(): number {
    return this.#standings.size;
  }

  /** Takes over what was told before a restart. It is gone until it comes back. */
  restore(subject: string): void {
    this.#standings.set(subject, { count: 0, told: true, telling: false, over: false, detailsJson: "" });
    this.#restored.add(subject);
  }

  /** There is one more reason for a subject to be there. */
  begin(subject: string, detailsJson: string): void {
    const standing = this.#standings.get(subject) ?? {
      count: 0,
      told: false,
      telling: false,
      over: false,
      detailsJson,
    };
    this.#standings.set(subject, standing);
    standing.count += 1;
    if (standing.count > 1) return;
    standing.over = false;
    standing.detailsJson = detailsJson;
    this.#ending.delete(subject);
    this.#restored.delete(subject);
    this.#consider(subject, standing);
  }

  /** One of the reasons is gone. */
  end(subject: string): void {
    const standing = this.#standings.get(subject);
    if (standing === undefined || standing.count === 0) return;
    standing.count -= 1;
    if (standing.count > 0) return;
    this.#ending.add(subject);
    this.#consider(subject, standing);
  }

  /** Tells the ends whose time has come, and what could not be told before. To be called now and then. */
  tick(): void {
    for (const over of [this.#ending.take(), this.#restored.take()]) {
      for (const subject of over) {
        const standing = this.#standings.get(subject);
        if (standing === undefined) continue;
        standing.over = true;
        this.#consider(subject, standing);
      }
    }
    const untold = [...this.#untold];
    this.#untold.clear();
    for (const subject of untold) {
      const standing = this.#standings.get(subject);
      if (standing !== undefined) this.#consider(subject, standing);
    }
  }

  #consider(subject: string, standing: Standing): void {
    if (standing.telling) return;
    const isThere = standing.count > 0;
    if (isThere !== standing.told) {
      if (isThere || standing.over) void this.#tell(subject, standing, isThere);
      return;
    }
    if (isThere) return;
    this.#standings.delete(subject);
    this.#ending.delete(subject);
  }

  async #tell(subject: string, standing: Standing, isThere: boolean): Promise<void> {
    standing.telling = true;
    const kept = await this.#options.tell(subject, isThere, standing.detailsJson);
    standing.telling = false;
    if (!kept) {
      this.#untold.add(subject);
      return;
    }
    standing.told = isThere;
    this.#consider(subject, standing);
  }
}
