import { type Command, decodeCommand, encodePush, type Push } from "@tidewire/protocol";
import type { Parts } from "../../src/parts.ts";
import { MemoryVaults } from "./memory-vaults.ts";
import type { Environment, WebSocketConstructor, WebSocketLike } from "../../src/environment.ts";

interface Listeners {
  open: ((event: unknown) => void)[];
  error: ((event: unknown) => void)[];
  message: ((event: { readonly data: unknown }) => void)[];
  close: ((event: { readonly code: number; readonly reason: string }) => void)[];
}

/** A socket whose other end is the test. It goes on speaking after `close()`, as real ones may. */
export class FakeSocket implements WebSocketLike {
  readonly url: string;
  /** What the client sent, oldest first. */
  readonly sent: Command[] = [];
  /** The same as it went over the wire. */
  readonly texts: string[] = [];
  /** What `close` was called with; undefined while the client keeps the socket. */
  closedWith: { readonly code: number | undefined } | undefined;
  readonly #listeners: Listeners = { open: [], error: [], message: [], close: [] };

  constructor(url: string) {
    this.url = url;
  }

  send(text: string): void {
    if (this.closedWith !== undefined) throw new Error("The client sent on a socket it had closed.");
    const decoded = decodeCommand(text);
    if (!decoded.ok) throw new Error(`The client sent nonsense: ${decoded.message} ${text}`);
    this.sent.push(decoded.command);
    this.texts.push(text);
  }

  close(code?: number): void {
    this.closedWith ??= { code };
  }

  addEventListener<Name extends keyof Listeners>(name: Name, listener: Listeners[Name][number]): void {
    const listeners: Listeners[Name][number][] = this.#listeners[name];
    listeners.push(listener);
  }

  /** The socket is open: the client may send. */
  open(): void {
    for (const listener of this.#listeners.open) listener({});
  }

  receive(...pushes: readonly Push[]): void {
    for (const push of pushes) this.receiveData(encodePush(push));
  }

  receiveData(data: unknown): void {
    for (const listener of this.#listeners.message) listener({ data });
  }

  /** The other end, or the network, ended it. */
  end(code: number, reason = ""): void {
    if (code === 1006) for (const listener of this.#listeners.error) listener({});
    for (const listener of this.#listeners.close) listener({ code, reason });
  }

  /** The id of each command that has one, in order. */
  get sentIds(): number[] {
    return this.sent.flatMap((command) => ("id" in command && command.id !== undefined ? [command.id] : []));
  }

  /** The commands of one type that the client sent. */
  sentOf<Type extends Command["type"]>(type: Type): Extract<Command, { type: Type }>[] {
    return this.sent.filter((command): command is Extract<Command, { type: Type }> => command.type === type);
  }
}

interface FakeTimer {
  readonly dueAtMs: number;
  readonly callback: () => void;
}

class FakeDocument extends EventTarget {
  visibilityState = "visible";
}

/** A host with a clock that only the test moves, sockets that only the test answers, and a page. */
export class FakeHost {
  nowMs = 1_000_000;
  /** What the next random numbers are. */
  randomValue = 0.5;
  readonly sockets: FakeSocket[] = [];
  /** What was reported because nothing handled it. */
  readonly errors: unknown[] = [];
  readonly window = new EventTarget();
  readonly document = new FakeDocument();
  readonly environment: Environment;
  /** What clients with `persist` leave behind. Another host may begin with it, as a reloaded page does. */
  readonly vaults: MemoryVaults;
  readonly #timers = new Set<FakeTimer>();

  constructor(vaults: MemoryVaults = new MemoryVaults()) {
    this.vaults = vaults;
    const sockets = this.sockets;
    const webSocket: WebSocketConstructor = class extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    };
    this.environment = {
      now: () => this.nowMs,
      random: () => this.randomValue,
      startTimer: (delayMs, callback) => {
        const timer = { dueAtMs: this.nowMs + delayMs, callback };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      reportError: (error) => this.errors.push(error),
      webSocket,
      page: { window: this.window, document: this.document },
      baseUrl: "https://page.example/app/index.html",
      storage: undefined,
      parts: {
        persistence: () => Promise.resolve(this.vaults),
        webSocket: () => Promise.reject(new Error("There is no WebSocket here.")),
        fallback: () => this.loadFallback(),
        patterns: () => this.loadPatterns(),
      },
    };
  }

  /** What loads the doors beside WebSocket. A host where they do not load has none. */
  loadFallback: Parts["fallback"] = () => Promise.reject(new Error("It did not load."));

  /** What loads what patterns need. */
  loadPatterns: Parts["patterns"] = () => import("../../src/pattern-standing.ts");

  /** How many timers are running. */
  get timers(): number {
    return this.#timers.size;
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("The client has not opened a socket.");
    return socket;
  }

  /** How many sockets the client has not closed, and nobody else has. */
  get keptSockets(): number {
    return this.sockets.filter((socket) => socket.closedWith === undefined).length;
  }

  /** Moves the clock, and calls the timers that fall due, in order, each at its time. */
  advance(ms: number): void {
    const end = this.nowMs + ms;
    for (let next = this.#nextDue(end); next !== undefined; next = this.#nextDue(end)) {
      this.#timers.delete(next);
      this.nowMs = Math.max(this.nowMs, next.dueAtMs);
      next.callback();
    }
    this.nowMs = end;
  }

  /** Lets time pass without calling timers, as a sleeping machine does; what is due comes with the next `advance`. */
  sleep(ms: number): void {
    this.nowMs += ms;
  }

  /** Opens the newest socket, takes `connect`, and answers it. */
  welcome(connection = "c1", user = "u1"): Extract<Command, { type: "connect" }> {
    this.socket.open();
    const connect = this.socket.sentOf("connect").at(-1);
    if (connect === undefined) throw new Error("The client did not send connect.");
    this.socket.receive(connectedPush(connect.id, connection, user));
    return connect;
  }

  setVisibility(visibilityState: "visible" | "hidden"): void {
    this.document.visibilityState = visibilityState;
    this.document.dispatchEvent(new Event("visibilitychange"));
  }

  #nextDue(end: number): FakeTimer | undefined {
    let next: FakeTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAtMs <= end && (next === undefined || timer.dueAtMs < next.dueAtMs)) next = timer;
    }
    return next;
  }
}

/** The server's first message. */
export function connectedPush(id: number | undefined, connection = "c1", user = "u1"): Push {
  return {
    type: "connected",
    ...(id === undefined ? {} : { id }),
    connection,
    session: `secret-${connection}`,
    user,
    pingIntervalMs: 25_000,
    maxMessageBytes: 65_536,
    time: 1_700_000_000_000,
    version: 1,
  };
}
