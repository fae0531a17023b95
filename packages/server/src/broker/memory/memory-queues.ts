import type { Queue, QueueChange, Queued, Queues } from "../../core/queue.ts";

/** Queues that live as long as the process. */
export class MemoryQueues implements Queues {
  readonly #queues = new Map<string, MemoryQueue>();

  open(name: string): Queue {
    const queue = this.#queues.get(name) ?? new MemoryQueue();
    this.#queues.set(name, queue);
    return queue;
  }

  names(): readonly string[] {
    return [...this.#queues.keys()].filter((name) => this.#queues.get(name)?.isEmpty === false).toSorted();
  }

  drop(name: string): Promise<boolean> {
    this.#queues.delete(name);
    return Promise.resolve(true);
  }
}

class MemoryQueue implements Queue {
  /** In their order: events leave at the front, and removing from a Map costs the same wherever it is. */
  readonly #events = new Map<number, Queued>();
  readonly #marks = new Set<string>();
  #last = 0;
  #bytes = 0;

  get length(): number {
    return this.#events.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#events.size === 0 && this.#marks.size === 0;
  }

  put({ add, mark, unmark }: QueueChange): Promise<boolean> {
    for (const event of add) {
      this.#last += 1;
      this.#events.set(this.#last, { ...event, sequence: this.#last });
      this.#bytes += Buffer.byteLength(event.json);
    }
    for (const subject of mark) this.#marks.add(subject);
    for (const subject of unmark) this.#marks.delete(subject);
    return Promise.resolve(true);
  }

  read(after: number, maxEvents: number, maxBytes: number): readonly Queued[] {
    const page: Queued[] = [];
    let bytes = 0;
    for (const event of this.#events.values()) {
      if (event.sequence <= after) continue;
      bytes += Buffer.byteLength(event.json);
      if (page.length > 0 && (page.length === maxEvents || bytes > maxBytes)) break;
      page.push(event);
    }
    return page;
  }

  remove(events: readonly Queued[]): void {
    for (const { sequence, json } of events) {
      if (this.#events.delete(sequence)) this.#bytes -= Buffer.byteLength(json);
    }
  }

  marks(): readonly string[] {
    return [...this.#marks];
  }
}
