/** Something to be told, in the order of the sequence. */
export interface Queued {
  readonly sequence: number;
  /** When it happened, in milliseconds of the wall clock. */
  readonly timeMs: number;
  /** One JSON object. */
  readonly json: string;
}

/** What is kept in one step: all of it or nothing. */
export interface QueueChange {
  readonly add: readonly Omit<Queued, "sequence">[];
  /** Subjects whose beginning is in the queue, or was told, and whose end is not. */
  readonly mark: readonly string[];
  /** Subjects whose end is in the queue now. */
  readonly unmark: readonly string[];
}

/**
 * The port to one queue of events: in order, and kept like messages are.
 *
 * Beside the events it keeps marks, so that what was said to have begun is known after a crash. All methods speak of kept data only. The
 * caller bounds the queue.
 */
export interface Queue {
  /** The events in it, and their bytes of JSON; those on their way into it count, and those on their way out do not. */
  readonly length: number;
  readonly bytes: number;
  /** Keeps a change behind all that was put before; resolves with whether that was possible. */
  put(change: QueueChange): Promise<boolean>;
  /** The first events after a sequence; at least one where there is one, whatever its size. */
  read(after: number, maxEvents: number, maxBytes: number): readonly Queued[];
  /** Forgets events that were told. After a crash some of them may be there again. */
  remove(events: readonly Queued[]): void;
  marks(): readonly string[];
}

/** The port to the queues of a store, by name. */
export interface Queues {
  /** Opens a queue, or begins it. To be called once for each name. */
  open(name: string): Queue;
  /** The queues that hold something. */
  names(): readonly string[];
  /** Forgets a queue with all that is in it; resolves with whether that was possible. */
  drop(name: string): Promise<boolean>;
}
