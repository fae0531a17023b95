/** What a live cursor does with one offset. */
export type Offer = "deliver" | "drop" | "behind";

/** What a page of a catch-up means for its cursor: offsets `gapFrom`–`gapTo` are lost, if these are not null. */
export interface Turned {
  readonly gapFrom: number | null;
  readonly gapTo: number | null;
}

const NO_GAP: Turned = { gapFrom: null, gapTo: null };

/** What cursors that move together share: the last offset put into all of their outboxes. */
export interface Step {
  readonly offset: number;
}

/**
 * A subscription's place in a stream, and which of its two states it is in.
 *
 * Live: messages come from the hub and must follow the cursor without a hole. Catching up: messages come from the stream,
 * page by page, until the cursor meets the head. Resume, a slow socket, a missed broker message and a move between nodes
 * all go through these transitions and no others:
 *
 *     live --offer(beyond the next)--> catching up
 *     live --fallBehind()------------> catching up
 *     catching up --page that reaches the head--> live, in the same step
 *
 * The cursor is the last offset that was put into the outbox, sent or not. It never goes back.
 *
 * Live cursors of one channel nearly always stand at the same place. They may keep step with one another: then one shared
 * number moves for all of them.
 */
export class StreamCursor {
  live: boolean;
  #offset: number;
  #step: Step | null = null;

  constructor(offset: number, live: boolean) {
    this.#offset = offset;
    this.live = live;
  }

  get offset(): number {
    return this.#step === null ? this.#offset : this.#step.offset;
  }

  /** Moves a cursor that keeps step with none. */
  set offset(offset: number) {
    this.#offset = offset;
  }

  /** Follows `step` from now on. To be called on a live cursor that stands where the step does. */
  keepStep(step: Step): void {
    this.#step = step;
  }

  /** Stays where the step is, and goes on alone. Nothing happens to one that keeps step with none. */
  leaveStep(): void {
    if (this.#step === null) return;
    this.#offset = this.#step.offset;
    this.#step = null;
  }

  /** Whether a run of messages that begins at `first` continues this cursor without a hole or a repeat. */
  continuesAt(first: number): boolean {
    return this.live && this.offset === first - 1;
  }

  /** Takes one offset from the hub. On `deliver` the cursor has moved; on `behind` it is catching up from now on. */
  offer(offset: number): Offer {
    if (!this.live) return "behind";
    if (offset <= this.offset) return "drop";
    if (offset > this.offset + 1) {
      this.live = false;
      return "behind";
    }
    this.offset = offset;
    return "deliver";
  }

  /** Leaves the live state: what follows is read from the stream when there is room. */
  fallBehind(): void {
    this.live = false;
  }

  /**
   * Takes a page that was asked for after this cursor, up to `askedHead`, while the hub's head is `head` now.
   *
   * `first` and `last` are the page's offsets, null for an empty page: then all up to `askedHead` is gone. The caller
   * sends the gap first, then the page. When the cursor meets the head, it is live.
   */
  turnPage(first: number | null, last: number | null, askedHead: number, head: number): Turned {
    const gapTo = first === null ? askedHead : first - 1;
    const turned = gapTo > this.offset ? { gapFrom: this.offset + 1, gapTo } : NO_GAP;
    this.offset = Math.max(this.offset, last ?? askedHead);
    this.live = this.offset >= head;
    return turned;
  }
}
