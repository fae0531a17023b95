/** Something that gathers work during a turn and does it at the turn's end. */
export interface Gatherer {
  flush(): void;
}

/**
 * One turn of the event loop, at whose end everything gathered in it leaves together.
 *
 * First the channels hand what was published to their subscribers' outboxes, then each outbox makes its one write. So a
 * burst in one channel costs a socket one write, and so do several busy channels.
 */
export class Turn {
  readonly #schedule: (end: () => void) => void;
  #channels: Gatherer[] = [];
  #outboxes: Gatherer[] = [];
  #scheduled = false;

  /** `schedule` runs its argument once, after the I/O events at hand (`setImmediate` in Node). */
  constructor(schedule: (end: () => void) => void) {
    this.#schedule = schedule;
  }

  /** Asks for a flush of a channel at the end of this turn. To be called once per channel and turn. */
  addChannel(channel: Gatherer): void {
    this.#channels.push(channel);
    this.#start();
  }

  /** Asks for a flush of an outbox, after all channels. To be called once per outbox and turn. */
  addOutbox(outbox: Gatherer): void {
    this.#outboxes.push(outbox);
    this.#start();
  }

  /** Ends the turn now. What is gathered meanwhile belongs to it too. */
  end(): void {
    while (this.#channels.length > 0) {
      const channels = this.#channels;
      this.#channels = [];
      for (const channel of channels) channel.flush();
    }
    const outboxes = this.#outboxes;
    this.#outboxes = [];
    this.#scheduled = false;
    for (const outbox of outboxes) outbox.flush();
  }

  #start(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => this.end());
  }
}
