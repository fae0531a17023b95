import { TidewireError } from "./error.ts";

/** How a queue ends early: with an error for the loop to throw. */
interface Failure {
  readonly error: unknown;
}

interface Waiter<Item> {
  readonly resolve: (result: IteratorResult<Item, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * Items between one who pushes and one loop that takes them, with a bound.
 *
 * An item that finds `size` others waiting is refused, as is every later one: the loop gets what waits, then throws
 * `iterator_overflow`. To drop the oldest in silence instead would be a loss that nobody hears of.
 */
export class MessageQueue<Item> implements AsyncIterableIterator<Item, undefined> {
  readonly #size: number;
  readonly #onEnd: (queue: MessageQueue<Item>) => void;
  readonly #items: Item[] = [];
  readonly #waiters: Waiter<Item>[] = [];
  #isEnded = false;
  #failure: Failure | undefined;

  /** `onEnd` is called once, when no further item is wanted. */
  constructor(size: number, onEnd: (queue: MessageQueue<Item>) => void) {
    this.#size = size;
    this.#onEnd = onEnd;
  }

  /** Gives the loop an item, unless it has ended. */
  push(item: Item): void {
    if (this.#isEnded) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      waiter.resolve({ done: false, value: item });
    } else if (this.#items.length < this.#size) {
      this.#items.push(item);
    } else {
      const message = `${this.#size} messages wait already.`;
      this.end({ error: new TidewireError("iterator_overflow", message) });
    }
  }

  /** Lets the loop end once it has had what waits; after a failure it then throws the error. */
  end(failure?: Failure): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#failure = failure;
    this.#onEnd(this);
    for (const waiter of this.#waiters.splice(0)) this.#finish(waiter);
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    // Shifting costs nothing at these lengths: V8 moves the start of the array, not its elements.
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve({ done: false, value: item });
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      if (this.#isEnded) this.#finish(waiter);
      else this.#waiters.push(waiter);
    });
  }

  /** The loop was left: what waits is dropped. */
  return(): Promise<IteratorResult<Item, undefined>> {
    this.#items.length = 0;
    this.end();
    this.#failure = undefined;
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The error is thrown once; whoever asks again is told that it is over. */
  #finish(waiter: Waiter<Item>): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure === undefined) waiter.resolve(DONE);
    else waiter.reject(failure.error);
  }
}
