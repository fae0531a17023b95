import type { LimitName } from "../config/limit-table.ts";
import type { Admission, NewWork } from "../core/admission.ts";
import type { LimitHits } from "../core/limit-hits.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { ShareRefused } from "./share-refused.ts";

/** From when on there is too much. null: never. */
export interface OverloadOptions {
  readonly overloadDelayMs: number | null;
  readonly overloadPublishes: number | null;
}

/** How much there was to do since the last sample. */
export interface Load {
  /** On a clock that never jumps. */
  readonly nowMs: number;
  /** The longest delay of the event loop. */
  readonly delayMs: number;
  /** Publishes that wait for the store at this moment. */
  readonly publishes: number;
}

/** Which of the limits is exceeded. */
export type OverloadLimit = Extract<LimitName, "overload_delay" | "overload_publishes">;

/** What was refused from the beginning of an overload to its end. */
interface Shed {
  readonly connections: number;
  readonly publishes: number;
  readonly durationMs: number;
}

/** Who is told. */
export interface OverloadPorts {
  readonly hits: LimitHits;
  readonly began: (limit: OverloadLimit, load: Load) => void;
  readonly ended: (shed: Shed) => void;
  readonly refused: (work: NewWork) => void;
}

/** One long turn is no overload, whatever it was: so long every sample must be above a limit. */
const SUSTAINED_MS = 500;

/** What is refused at first: every new connection, and a fifth of the publishes. */
const FIRST_LEVEL = 0.25;
/** From this level on every new connection is refused. */
const ALL_CONNECTIONS_LEVEL = 0.25;
/** Up to this level no publish is refused. */
const NO_PUBLISH_LEVEL = 0.05;
/** Some are always taken: else nobody would see that the rest could be, too. */
const MAX_PUBLISH_SHARE = 0.95;

/** What the levels change within this time. */
const STEP_MS = 100;
/** Above a limit: what remains of the share that is taken. */
const RISE = 0.75;
/** Below half of it: what remains of the share that is refused. After 3 s nothing is. */
const FALL = 0.9;
/** In between: so slowly that a load which stays the same finds its level, and none is refused for ever. */
const EASE = 0.98;
/** Below it nothing is refused. */
const MIN_LEVEL = 0.04;
/** A longer pause between two samples changes no more than this one. */
const MAX_PAUSE_MS = 1000;

const WAIT_MS = 1000;
/** Those who are refused come back spread over so many parts of another two seconds. */
const SPREAD = 16;
const SPREAD_MS = 125;

/**
 * Decides which share of new work is refused while the server has too much to do.
 *
 * It is fed with samples about ten times a second. Once all samples of half a second were above a limit, a share is refused that grows until they are
 * not, and then shrinks: quickly below half of the limit, slowly in between. New connections are refused before publishes, since they cost
 * the most and their clients come back by themselves. What goes on with those who are connected is not asked about here.
 */
export class Overload implements Admission {
  #options: OverloadOptions;
  readonly #ports: OverloadPorts;
  readonly #connections: ShareRefused = new ShareRefused();
  readonly #publishes: ShareRefused = new ShareRefused();
  #level = 0;
  #limit: OverloadLimit = "overload_delay";
  #sampledAtMs: number | null = null;
  #aboveSinceMs: number | null = null;
  #beganAtMs = 0;

  constructor(options: OverloadOptions, ports: OverloadPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** How much is refused: 0 for nothing; near 1 all connections and nearly all publishes. */
  get level(): number {
    return this.#level;
  }

  /** Takes over other limits, from the next sample on. */
  change(options: OverloadOptions): void {
    this.#options = options;
  }

  /** Takes a sample. */
  sample(load: Load): void {
    const { nowMs } = load;
    const steps = Math.min(nowMs - (this.#sampledAtMs ?? nowMs), MAX_PAUSE_MS) / STEP_MS;
    this.#sampledAtMs = nowMs;
    const pressure = this.#pressureOf(load);
    if (pressure < 1) this.#aboveSinceMs = null;
    else this.#aboveSinceMs ??= nowMs;
    if (this.#level === 0) {
      if (this.#aboveSinceMs !== null && nowMs - this.#aboveSinceMs >= SUSTAINED_MS) this.#begin(load);
      return;
    }
    if (pressure >= 1) this.#set(1 - (1 - this.#level) * RISE ** steps);
    else this.#set(this.#level * (pressure < 0.5 ? FALL : EASE) ** steps);
    if (this.#level < MIN_LEVEL) this.#end(nowMs);
  }

  connection(): Refusal | null {
    return this.#level === 0 ? null : this.#ask("connection", this.#connections);
  }

  publish(): Refusal | null {
    return this.#level === 0 ? null : this.#ask("publish", this.#publishes);
  }

  #ask(work: NewWork, share: ShareRefused): Refusal | null {
    if (!share.refusesNext()) return null;
    this.#ports.hits.hit(this.#limit, {});
    this.#ports.refused(work);
    return { ...refuse("overloaded"), retryAfterMs: WAIT_MS + (share.refused % SPREAD) * SPREAD_MS };
  }

  /** How many times the limit that is exceeded the most is reached. */
  #pressureOf({ delayMs, publishes }: Load): number {
    const { overloadDelayMs, overloadPublishes } = this.#options;
    const byDelay = overloadDelayMs === null ? 0 : delayMs / overloadDelayMs;
    const byPublishes = overloadPublishes === null ? 0 : publishes / overloadPublishes;
    const pressure = Math.max(byDelay, byPublishes);
    if (pressure >= 1) this.#limit = byDelay >= byPublishes ? "overload_delay" : "overload_publishes";
    return pressure;
  }

  #begin(load: Load): void {
    this.#beganAtMs = load.nowMs;
    this.#connections.restart();
    this.#publishes.restart();
    this.#set(FIRST_LEVEL);
    this.#ports.began(this.#limit, load);
  }

  #end(nowMs: number): void {
    this.#set(0);
    this.#ports.ended({
      connections: this.#connections.refused,
      publishes: this.#publishes.refused,
      durationMs: Math.round(nowMs - this.#beganAtMs),
    });
  }

  #set(level: number): void {
    this.#level = level;
    this.#connections.share = Math.min(1, level / ALL_CONNECTIONS_LEVEL);
    const publishes = (level - NO_PUBLISH_LEVEL) / (1 - NO_PUBLISH_LEVEL);
    this.#publishes.share = Math.min(MAX_PUBLISH_SHARE, Math.max(0, publishes));
  }
}
