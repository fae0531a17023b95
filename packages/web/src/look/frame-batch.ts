/** A page that nobody sees gets no frames; its title still counts what is unread. */
const HIDDEN_FLUSH_MS = 500;

/**
 * Collects items and hands them on once per frame, in order.
 *
 * However many arrive, the page is drawn once per frame. Where there are no frames (a hidden page) a timer hands them on.
 */
export class FrameBatch<Item> {
  readonly #flush: (items: readonly Item[]) => void;
  #items: Item[] = [];
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(flush: (items: readonly Item[]) => void) {
    this.#flush = flush;
  }

  /** Adds an item to what the next frame hands on. */
  push(item: Item): void {
    this.#items.push(item);
    if (this.#timer !== undefined) return;
    this.#frame = requestAnimationFrame(() => this.flush());
    this.#timer = setTimeout(() => this.flush(), HIDDEN_FLUSH_MS);
  }

  /** Hands on what there is, now. */
  flush(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const items = this.#items;
    this.#items = [];
    if (items.length > 0) this.#flush(items);
  }

  /** Drops what there is. */
  stop(): void {
    this.#items = [];
    this.flush();
  }
}
