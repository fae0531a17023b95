import { Child } from "../../bench/support/child.ts";
import type { ServerProcess } from "../support/server-process.ts";

/** What the neighbour saw in a span of time. */
export interface NeighbourWindow {
  readonly messages: number;
  /** From the backend's push to the subscriber. */
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  readonly lost: number;
  /** Messages that came before an earlier one, or twice. */
  readonly disorders: number;
  /** Connections that it lost. */
  readonly closes: number;
}

/** A subscriber who has nothing to do with the attack, and a backend that pushes to it 200 times a second. */
export class Neighbour {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  static async moveIn({ port, apiKey }: ServerProcess): Promise<Neighbour> {
    return new Neighbour(
      await Child.start("../conformance/attack/neighbour-process.ts", [String(port), apiKey]),
    );
  }

  /** Watches what happens to it while `work` goes on. */
  async during(work: () => Promise<void>): Promise<NeighbourWindow> {
    await this.#child.ask("openWindow");
    await work();
    return this.#child.ask("closeWindow");
  }

  async moveOut(): Promise<void> {
    await this.#child.stop();
  }
}
