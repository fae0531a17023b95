import { useEffect, useState } from "preact/hooks";

/** A value that changes and tells who listens. */
export class Store<Value> {
  readonly #listeners = new Set<() => void>();
  #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  /** Sets the value; the same value tells nobody. */
  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after each change, until the function it returns is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Draws the component again whenever the store changes, and gives the present value. */
export function useStore<Value>(store: Store<Value>): Value {
  const [, redraw] = useState(0);
  useEffect(() => {
    let drawn = store.value;
    const update = (): void => {
      if (store.value === drawn) return;
      drawn = store.value;
      redraw((count) => count + 1);
    };
    const stop = store.listen(update);
    redraw((count) => count + 1);
    return stop;
  }, [store]);
  return store.value;
}
