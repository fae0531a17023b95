import type { Socket } from "node:net";

/** How a pipe treats what comes in. */
export type Flow =
  /** It passes. */
  | "passing"
  /** It waits, in order, until it may pass again; after a while the sender cannot send more. */
  | "stalled"
  /** It vanishes for good, the end of the connection too: the other side is never told. */
  | "dead";

/** A network holds little: beyond this nothing more is taken from the sender, until some has passed. */
const HELD_BYTES = 65_536;

/** How often a slow pipe lets something pass. */
const SLOW_TICK_MS = 20;

/** One direction of a connection through the proxy: what one socket receives, the other one sends. */
export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  #flow: Flow = "passing";
  #bytesPerSecond = Number.POSITIVE_INFINITY;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** How the sender ended, which passes after all its bytes. */
  #ending: "end" | "reset" | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket) {
    this.#from = from;
    this.#to = to;
    from.on("data", (chunk: Buffer) => {
      this.#held.push(chunk);
      this.#heldBytes += chunk.length;
      this.#move();
    });
    from.on("end", () => this.#finish("end"));
    from.on("error", () => this.#finish("reset"));
    from.on("close", () => this.#finish("reset"));
    to.on("drain", () => this.#move());
  }

  /** Changes what becomes of the bytes; one that is dead stays so. */
  set flow(flow: Flow) {
    if (this.#flow === "dead") return;
    this.#flow = flow;
    this.#move();
  }

  /** Lets no more than this pass in a second. */
  set bytesPerSecond(limit: number) {
    this.#bytesPerSecond = limit;
    this.#move();
  }

  /** Lets nothing pass any more, and forgets what waits. */
  stop(): void {
    this.#flow = "dead";
    clearTimeout(this.#timer);
    this.#move();
  }

  #finish(ending: "end" | "reset"): void {
    // A reset follows an end when the socket is destroyed; the receiver has heard of the end already.
    this.#ending ??= ending;
    this.#move();
  }

  #move(): void {
    if (this.#flow === "dead") this.#drop();
    else if (this.#flow === "passing" && this.#timer === undefined) this.#pass();
    if (this.#heldBytes < HELD_BYTES) this.#from.resume();
    else this.#from.pause();
  }

  #drop(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }

  #pass(): void {
    let allowance = Math.max(1, Math.floor((this.#bytesPerSecond * SLOW_TICK_MS) / 1000));
    while (allowance > 0 && !this.#to.writableNeedDrain) {
      const chunk = this.#held.shift();
      if (chunk === undefined) {
        this.#passEnding();
        return;
      }
      const part = chunk.length > allowance ? chunk.subarray(0, allowance) : chunk;
      if (part.length < chunk.length) this.#held.unshift(chunk.subarray(part.length));
      this.#heldBytes -= part.length;
      allowance -= part.length;
      this.#to.write(part);
    }
    if (allowance > 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#move();
    }, SLOW_TICK_MS);
  }

  #passEnding(): void {
    if (this.#ending === "end") this.#to.end();
    else if (this.#ending === "reset") this.#to.resetAndDestroy();
  }
}
