/** Something that gathers work during a turn and does it at the turn's end. */
export interface Gatherer {
  flush(): void;
}

/** Told how far the end of one turn is. */
export interface TurnWitness {
  /** Every channel has handed its messages to outboxes. */
  handedOut(): void;
  /** Every outbox has made its write. */
  written(): void;
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
  #witnesses: TurnWitness[] = [];
  #scheduled = false;
  #isLastChannel = false;
  #direct = false;

  /** `schedule` runs its argument once, after the I/O events at hand (`setImmediate` in Node). */
  constructor(schedule: (end: () => void) => void) {
    this.#schedule = schedule;
  }

  /**
   * Whether a piece may go to the socket at once, since nothing else will come for it in this turn.
   *
   * So it is while the only busy channel hands out its messages: visiting a thousand outboxes a second time, to flush
   * them, costs more than all the rest of what happens here for each of them.
   */
  get isDirect(): boolean {
    return this.#direct;
  }

  /** Runs what a channel hands out to its subscribers; directly, if it is the only channel of this turn. */
  handOut(run: () => void): void {
    this.#direct = this.#isLastChannel;
    try {
      run();
    } finally {
      this.#direct = false;
    }
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

  /** Whether something was gathered that leaves at the end of this turn. */
  get isBusy(): boolean {
    return this.#scheduled;
  }

  /** Tells somebody how this turn ends. To be called while it is busy. */
  witness(witness: TurnWitness): void {
    this.#witnesses.push(witness);
  }

  /** Ends the turn now. What is gathered meanwhile belongs to it too. */
  end(): void {
    while (this.#channels.length > 0) {
      const channels = this.#channels;
      this.#channels = [];
      this.#isLastChannel = channels.length === 1;
      for (const channel of channels) channel.flush();
    }
    this.#isLastChannel = false;
    const witnesses = this.#witnesses;
    this.#witnesses = [];
    for (const witness of witnesses) witness.handedOut();
    const outboxes = this.#outboxes;
    this.#outboxes = [];
    this.#scheduled = false;
    for (const outbox of outboxes) outbox.flush();
    for (const witness of witnesses) witness.written();
  }

  #start(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => this.end());
  }
}
