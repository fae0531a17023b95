import { getEventListeners } from "node:events";
import type { Page } from "@tidewire/client";

const EVENTS = ["visibilitychange", "freeze", "resume", "online", "offline", "pagehide", "pageshow"];

/** A page in Node: it can be hidden, put away and told of the network, and knows who still listens to it. */
export class SimulatedPage implements Page {
  readonly window: EventTarget = new EventTarget();
  readonly document: EventTarget & { visibilityState: string } = Object.assign(new EventTarget(), {
    visibilityState: "visible",
  });

  /** How many listeners there are. */
  get listeners(): number {
    let count = 0;
    for (const target of [this.window, this.document]) {
      for (const type of EVENTS) count += getEventListeners(target, type).length;
    }
    return count;
  }

  hide(): void {
    this.#turn("hidden");
  }

  show(): void {
    this.#turn("visible");
  }

  tell(type: "online" | "offline"): void {
    this.window.dispatchEvent(new Event(type));
  }

  /** The page goes into the page cache, or comes back from it. */
  move(type: "pagehide" | "pageshow"): void {
    this.window.dispatchEvent(Object.assign(new Event(type), { persisted: true }));
  }

  /** Nothing ran for a while. */
  wake(): void {
    this.document.dispatchEvent(new Event("resume"));
  }

  #turn(state: "hidden" | "visible"): void {
    this.document.visibilityState = state;
    this.document.dispatchEvent(new Event("visibilitychange"));
  }
}
