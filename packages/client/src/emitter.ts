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

/** What tells events: to handlers by name, in the order they were added. One that throws stops neither the others nor the caller. */
export abstract class Emitter<Events extends object> {
  readonly #handlers: { [Name in keyof Events]?: Set<Entry<Events[Name]>> } = {};
  #isSilent = false;

  /** Adds a handler and returns what removes it. The same function may be added twice. */
  on<Name extends keyof Events>(
    name: Name,
    handler: Handler<Events[Name]>,
    { signal, once = false }: ListenOptions = {},
  ): () => void {
    const entries: Set<Entry<Events[Name]>> = (this.#handlers[name] ??= new Set());
    // One that tells nothing any more must not hold on to the handler.
    if (this.#isSilent || signal?.aborted) return () => {};
    const remove = (): void => {
      entries.delete(entry);
      stopListening();
    };
    const stopListening = onAbort(signal, remove);
    const entry: Entry<Events[Name]> = { handler, once, remove };
    entries.add(entry);
    return remove;
  }

  /** The same as `on`, for the next time only. */
  once<Name extends keyof Events>(
    name: Name,
    handler: Handler<Events[Name]>,
    options?: ListenOptions,
  ): () => void {
    return this.on(name, handler, { ...options, once: true });
  }

  /** Removes a handler that was added by `on` or `once`, as often as it was added. */
  off<Name extends keyof Events>(name: Name, handler: Handler<Events[Name]>): void {
    for (const entry of this.#handlers[name] ?? []) {
      if (entry.handler === handler) entry.remove();
    }
  }

  /** Told what a handler of this event threw. */
  protected abstract failed(error: unknown, name: keyof Events): void;

  /** Tells whether anybody listens. */
  protected has(name: keyof Events): boolean {
    return (this.#handlers[name]?.size ?? 0) > 0;
  }

  /** Calls the handlers there are now; one that an earlier one removes is not called. */
  protected emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    const entries = this.#handlers[name];
    if (!entries) return;
    for (const entry of [...entries]) {
      if (!entries.has(entry)) continue;
      if (entry.once) entry.remove();
      try {
        const result = entry.handler(event);
        if (result instanceof Promise) result.catch((error: unknown) => this.failed(error, name));
      } catch (error) {
        this.failed(error, name);
      }
    }
  }

  /** Removes every handler, and what they left on signals, and takes none any more. */
  protected silence(): void {
    this.#isSilent = true;
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
