import { setTimeout as wait } from "node:timers/promises";
import { IS_LONG } from "./patience.ts";

/** What a phone misses in a minute must still be stored: these servers keep 1000 messages. */
const INTERVAL_MS = IS_LONG ? 100 : 20;

/** Publishes 1, 2, 3 … one after the other, without end, whatever happens to those who listen. */
export class SteadySource {
  readonly #publish: (data: number) => Promise<unknown>;
  #running: Promise<void> = Promise.resolve();
  #published = 0;
  #isStopped = true;
  #changed: () => void = () => {};

  /** Starts at once. `publish` resolves when the message is stored, and repeats until it is. */
  constructor(publish: (data: number) => Promise<unknown>) {
    this.#publish = publish;
    this.start();
  }

  /** Goes on after `stop`. */
  start(): void {
    this.#isStopped = false;
    this.#running = this.#run();
  }

  /** Resolves when this many more have been published. */
  async more(count: number): Promise<void> {
    const wanted = this.#published + count;
    while (this.#published < wanted) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** Stops, and gives how many were published. */
  async stop(): Promise<number> {
    this.#isStopped = true;
    await this.#running;
    return this.#published;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      await this.#publish(this.#published + 1);
      this.#published += 1;
      this.#changed();
      await wait(INTERVAL_MS);
    }
  }
}
