import type { Duplex } from "node:stream";

/**
 * Sockets that are on their way out, each destroyed if it has not gone in time.
 *
 * All have the same time-out, so insertion order is the order of the deadlines, and one timer for the
 * oldest serves them all.
 */
export class LingeringSockets {
  readonly #timeoutMs: number;
  readonly #deadlines = new Map<Duplex, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Starts the socket's time; adding it again does not prolong it. */
  add(socket: Duplex): void {
    if (this.#deadlines.has(socket)) return;
    this.#deadlines.set(socket, performance.now() + this.#timeoutMs);
    this.#timer ??= setTimeout(this.#sweep, this.#timeoutMs);
  }

  /** Forgets a socket that has closed. */
  delete(socket: Duplex): void {
    if (!this.#deadlines.delete(socket) || this.#deadlines.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Destroys all of them now. */
  destroyAll(): void {
    for (const socket of this.#deadlines.keys()) socket.destroy();
  }

  readonly #sweep = (): void => {
    this.#timer = undefined;
    const now = performance.now();
    for (const [socket, deadline] of this.#deadlines) {
      if (deadline > now) {
        this.#timer = setTimeout(this.#sweep, Math.ceil(deadline - now));
        return;
      }
      this.#deadlines.delete(socket);
      socket.destroy();
    }
  };
}
