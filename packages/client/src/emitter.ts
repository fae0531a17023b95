import { onAbort } from "./abort-listener.ts";

/** Receives an event. What it returns is ignored, save that a rejected promise is reported like a throw. */
export type Handler<Event> = (event: Event) => unknown;

/** How long a handler stays. */
export interface ListenOptions {
  /** Removes the handler when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Removes the handler before its first call. */
  readonly once?: boolean | undefined;
}

/** Handlers by event name, in the order they were added. One that throws neither stops the others nor the caller. */
export class Emitter<Events extends object> {
  readonly #handlers: { [Name in keyof Events]?: Set<Entry<Events[Name]>> } = {};
  readonly #onFailure: (error: unknown, name: keyof Events) => void;

  /** `onFailure` is told what a handler threw, and for which event. */
  constructor(onFailure: (error: unknown, name: keyof Events) => void) {
    this.#onFailure = onFailure;
  }

  /** Adds a handler and returns what removes it. The same function may be added twice. */
  on<Name extends keyof Events>(
    name: Name,
    handler: Handler<Events[Name]>,
    options: ListenOptions,
  ): () => void {
    const entries: Set<Entry<Events[Name]>> = (this.#handlers[name] ??= new Set());
    const { signal, once = false } = options;
    if (signal?.aborted) return () => {};
    const remove = (): void => {
      entries.delete(entry);
      stopListening();
    };
    const stopListening = onAbort(signal, remove);
    const entry: Entry<Events[Name]> = { handler, once, remove };
    entries.add(entry);
    return remove;
  }

  /** Removes a handler as often as it was added. */
  off<Name extends keyof Events>(name: Name, handler: Handler<Events[Name]>): void {
    for (const entry of this.#handlers[name] ?? []) {
      if (entry.handler === handler) entry.remove();
    }
  }

  /** Tells whether anybody listens. */
  has(name: keyof Events): boolean {
    return (this.#handlers[name]?.size ?? 0) > 0;
  }

  /** Calls the handlers there are now; one that an earlier one removes is not called. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    const entries = this.#handlers[name];
    if (entries === undefined) return;
    for (const entry of [...entries]) {
      if (!entries.has(entry)) continue;
      if (entry.once) entry.remove();
      try {
        const result = entry.handler(event);
        if (result instanceof Promise) result.catch((error: unknown) => this.#onFailure(error, name));
      } catch (error) {
        this.#onFailure(error, name);
      }
    }
  }

  /** Removes every handler, and what they left on signals. */
  clear(): void {
    for (const name in this.#handlers) {
      for (const entry of this.#handlers[name] ?? []) entry.remove();
    }
  }
}

interface Entry<Event> {
  readonly handler: Handler<Event>;
  readonly once: boolean;
  readonly remove: () => void;
}
