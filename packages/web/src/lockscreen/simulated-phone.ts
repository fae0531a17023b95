import { type Environment, hostEnvironment } from "@tidewire/client";
import { type SimulatedSocket, socketsOf } from "./simulated-socket.ts";

/** What is done to a phone. */
export type Treatment = "locked" | "frozen" | "cut";

/** So long a browser takes to notice that a socket is dead, once the phone is well again. In life it may take minutes. */
const NOTICE_MS = 4000;

/**
 * What a page on a phone has around it: sockets, timers and events of the page, and somebody who takes them away.
 *
 * Its sockets are real ones to the real server. A treatment makes their bytes vanish without a word, and tells the page what a
 * browser would tell it, no more.
 */
export class SimulatedPhone {
  /** What a client runs in. */
  readonly environment: Environment & { readonly webSocket: NonNullable<Environment["webSocket"]> };
  readonly #window = new EventTarget();
  readonly #document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  readonly #network = { isUp: true, sockets: new Set<SimulatedSocket>() };
  /** What the timers of a frozen page would have done. */
  readonly #held = new Set<() => void>();
  #isFrozen = false;

  constructor() {
    const host = hostEnvironment();
    this.environment = {
      ...host,
      page: { window: this.#window, document: this.#document },
      startTimer: (delayMs, callback) => this.#startTimer(host, delayMs, callback),
      webSocket: socketsOf(this.#network),
    };
  }

  /** Begins a treatment. Only one at a time. */
  begin(treatment: Treatment): void {
    if (treatment === "cut") this.#window.dispatchEvent(new Event("offline"));
    else this.#show("hidden");
    this.#network.isUp = false;
    for (const socket of this.#network.sockets) socket.die();
    if (treatment !== "frozen") return;
    this.#document.dispatchEvent(new Event("freeze"));
    this.#isFrozen = true;
    // Chromium closes the sockets of a frozen page; the page hears of it when it is thawed.
    for (const socket of this.#network.sockets) socket.hangUp();
  }

  /** Ends the treatment: the network is there, the page is seen and runs. */
  end(treatment: Treatment): void {
    const dead = [...this.#network.sockets];
    const notice = (): void => dead.forEach((socket) => socket.notice());
    this.#network.isUp = true;
    this.#isFrozen = false;
    if (treatment === "frozen") {
      this.#document.dispatchEvent(new Event("resume"));
      notice();
    } else setTimeout(notice, NOTICE_MS);
    if (treatment === "cut") this.#window.dispatchEvent(new Event("online"));
    else this.#show("visible");
    const held = [...this.#held];
    this.#held.clear();
    for (const callback of held) callback();
  }

  #show(state: "visible" | "hidden"): void {
    this.#document.visibilityState = state;
    this.#document.dispatchEvent(new Event("visibilitychange"));
  }

  #startTimer(host: Environment, delayMs: number, callback: () => void): () => void {
    const fire = (): void => {
      if (this.#isFrozen) this.#held.add(callback);
      else callback();
    };
    const stop = host.startTimer(delayMs, fire);
    return () => {
      stop();
      this.#held.delete(callback);
    };
  }
}
