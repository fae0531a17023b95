import { Store } from "../look/store.ts";

const LOOK_MS = 1000;

/** What is counted up somewhere. */
export interface Readings {
  /** Comments that came to this page. */
  readonly received: number;
  /** Comments that the server left out for it. */
  readonly dropped: number;
  /** Comments that came, and found no room on this screen. */
  readonly crowdedOut: number;
  /** Frames that were drawn. */
  readonly frames: number;
}

/** Rates per second, rounded, as of the last second. */
export interface Figures {
  readonly writtenPerS: number;
  readonly receivedPerS: number;
  readonly framesPerS: number;
  readonly dropped: number;
  readonly crowdedOut: number;
}

/** Looks at counters once a second, and tells the rates. */
export class Meter {
  readonly view: Store<Figures>;
  readonly #read: () => Readings;

  constructor(read: () => Readings) {
    this.#read = read;
    this.view = new Store(figuresOf(read(), read(), LOOK_MS));
  }

  /** Begins; the function that it returns ends it. */
  start(): () => void {
    let before = this.#read();
    let beforeMs = performance.now();
    const timer = setInterval(() => {
      const [now, nowMs] = [this.#read(), performance.now()];
      this.view.set(figuresOf(before, now, nowMs - beforeMs));
      [before, beforeMs] = [now, nowMs];
    }, LOOK_MS);
    return () => clearInterval(timer);
  }
}

/** What two readings, so far apart, say. A counter that began anew counts from 0. */
export function figuresOf(before: Readings, now: Readings, apartMs: number): Figures {
  const rate = (name: keyof Readings): number => {
    const grown = now[name] >= before[name] ? now[name] - before[name] : now[name];
    return (grown / apartMs) * 1000;
  };
  return {
    writtenPerS: Math.round(rate("received") + rate("dropped")),
    receivedPerS: Math.round(rate("received")),
    framesPerS: Math.round(rate("frames")),
    dropped: now.dropped,
    crowdedOut: now.crowdedOut,
  };
}
