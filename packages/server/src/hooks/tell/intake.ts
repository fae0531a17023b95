import type { Queue, QueueChange } from "../../core/queue.ts";

/** One event on its way into a queue, with the mark that it sets or takes away. */
export interface Arrival {
  readonly timeMs: number;
  /** Null only sets or takes away a mark, where nobody wants to hear of it. */
  readonly json: string | null;
  readonly mark?: string;
  readonly unmark?: string;
}

/** What an intake works with. */
export interface IntakeOptions {
  readonly queue: Queue;
  /** Beyond so many bytes nothing is taken in. */
  readonly maxBytes: number;
  /** Called after something was kept. */
  readonly onKept: () => void;
}

/** Puts what one turn brings into a queue in one step, as long as there is room. */
export class Intake {
  readonly #options: IntakeOptions;
  #open: Arrival[] = [];
  #openBytes = 0;
  #put: Promise<boolean> | null = null;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Whether the queue has no room for an event like this one. */
  isFullFor({ json }: Arrival): boolean {
    const { queue, maxBytes } = this.#options;
    return json !== null && queue.bytes + this.#openBytes + Buffer.byteLength(json) > maxBytes;
  }

  /** Takes an event in, behind all that came before; resolves with whether it was kept. Look first whether there is room. */
  add(arrival: Arrival): Promise<boolean> {
    this.#open.push(arrival);
    this.#openBytes += Buffer.byteLength(arrival.json ?? "");
    this.#put ??= Promise.resolve().then(() => this.#send());
    return this.#put;
  }

  #send(): Promise<boolean> {
    const { queue, onKept } = this.#options;
    const arrivals = this.#open;
    this.#open = [];
    this.#openBytes = 0;
    this.#put = null;
    return queue.put(changeOf(arrivals)).then((kept) => {
      if (kept) onKept();
      return kept;
    });
  }
}

/** A subject that begins and ends within one turn is marked by neither: its last word counts. */
function changeOf(arrivals: readonly Arrival[]): QueueChange {
  const marks = new Map<string, boolean>();
  for (const { mark, unmark } of arrivals) {
    if (mark !== undefined) marks.set(mark, true);
    if (unmark !== undefined) marks.set(unmark, false);
  }
  return {
    add: arrivals.flatMap(({ timeMs, json }) => (json === null ? [] : [{ timeMs, json }])),
    mark: [...marks].filter(([, isThere]) => isThere).map(([subject]) => subject),
    unmark: [...marks].filter(([, isThere]) => !isThere).map(([subject]) => subject),
  };
}
