import type { Emit } from "./client-events.ts";
import type { ClientState } from "./client-state.ts";

/** How often the number of missing messages is told. */
const PROGRESS_INTERVAL_MS = 100;

/** Where states come from and go to. */
export interface StateTellerPorts {
  readonly state: () => ClientState;
  readonly emit: Emit;
  readonly startTimer: (delayMs: number, callback: () => void) => void;
}

/** Tells every change of the client's state once, and the progress of catching up now and then. */
export class StateTeller {
  readonly #ports: StateTellerPorts;
  #status: ClientState["status"] | undefined;
  #told = "";
  #isTimed = false;

  constructor(ports: StateTellerPorts) {
    this.#ports = ports;
  }

  /** Something changed: tells the state, if it is not the one told last. */
  changed(): void {
    const state = this.#ports.state();
    const text = JSON.stringify(state);
    if (text === this.#told) return;
    this.#told = text;
    this.#status = state.status;
    this.#ports.emit("state", state);
  }

  /** A subscription is further: a change of status is told at once, mere numbers at intervals. */
  progressed(): void {
    const { status } = this.#ports.state();
    if (status !== this.#status) {
      this.changed();
    } else if (status === "catching-up" && !this.#isTimed) {
      this.#isTimed = true;
      this.#ports.startTimer(PROGRESS_INTERVAL_MS, () => {
        this.#isTimed = false;
        this.changed();
      });
    }
  }
}
