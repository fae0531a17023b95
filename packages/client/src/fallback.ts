import { DOOR_KEY, type Doors, type DoorsEnvironment, type DoorsOf } from "./doors.ts";
import type { WebSocketConstructor, WebSocketLike } from "./environment.ts";
import { EventStreamSocket } from "./event-stream-socket.ts";
import type { HttpSocket } from "./http-socket.ts";
import { PollSocket } from "./poll-socket.ts";

/** The doors to a server, where WebSocket may not pass. Loaded when it does not, or did not shortly before. */
export const doorsOf: DoorsOf = (url, webSocket, environment) => new DoorChoice(url, webSocket, environment);

/** Behind WebSocket, which is door 0. */
const FALLBACKS = [EventStreamSocket, PollSocket] as const;

/** How long a fallback is kept before WebSocket is tried again: twice as long each time that it still does not pass. */
const PATIENCE_MS = { first: 300_000, most: 3_600_000 };

/** What worked last, until when it is kept, and for how long it then was. */
interface Kept {
  readonly door: number;
  readonly untilMs: number;
  readonly patienceMs: number;
}

const NOTHING_KEPT: Kept = { door: 0, untilMs: 0, patienceMs: 0 };

/**
 * WebSocket, then server-sent events, then long polling: the first one that leads to the server is kept.
 *
 * Other pages of the browser know of it. After a while WebSocket is tried again, in the middle of a connection too.
 */
class DoorChoice implements Doors {
  readonly #url: string;
  readonly #webSocket: WebSocketConstructor;
  readonly #environment: DoorsEnvironment;
  #door = 0;
  #hasWorked = false;
  #kept: Kept;
  #socket: HttpSocket | undefined;

  constructor(url: string, webSocket: WebSocketConstructor, environment: DoorsEnvironment) {
    this.#url = url;
    this.#webSocket = webSocket;
    this.#environment = environment;
    this.#kept = readKept(environment.storage?.getItem(DOOR_KEY) ?? "");
  }

  get canFallBack(): boolean {
    return this.#door < FALLBACKS.length;
  }

  first(): WebSocketLike {
    const isExhausted = this.#door === FALLBACKS.length && !this.#hasWorked;
    const isKept = !isExhausted && this.#kept.untilMs > this.#environment.now();
    return this.#open(isKept ? this.#kept.door : 0);
  }

  next(): WebSocketLike {
    return this.#open(this.#door + 1);
  }

  worked(): void {
    this.#hasWorked = true;
    const { now, startTimer } = this.#environment;
    if (this.#door === 0) return this.#keep(NOTHING_KEPT);
    const { untilMs, patienceMs } = this.#kept;
    if (untilMs <= now()) {
      const longer = Math.min(PATIENCE_MS.most, patienceMs * 2 || PATIENCE_MS.first);
      this.#keep({ door: this.#door, untilMs: now() + longer, patienceMs: longer });
    }
    this.#socket?.giveWayIn(this.#kept.untilMs - now(), startTimer);
    return undefined;
  }

  #open(door: number): WebSocketLike {
    this.#door = door;
    this.#hasWorked = false;
    const Fallback = FALLBACKS[door - 1];
    if (Fallback === undefined) return new this.#webSocket(this.#url);
    this.#socket = new Fallback(this.#url);
    return this.#socket;
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    const { storage } = this.#environment;
    if (kept.door === 0) storage?.removeItem(DOOR_KEY);
    else storage?.setItem(DOOR_KEY, JSON.stringify(kept));
  }
}

function readKept(text: string): Kept {
  try {
    const value: unknown = JSON.parse(text);
    return isKept(value) ? value : NOTHING_KEPT;
  } catch {
    return NOTHING_KEPT;
  }
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null) return false;
  return ["door", "untilMs", "patienceMs"].every((name) => typeof Reflect.get(value, name) === "number");
}
