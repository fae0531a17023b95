import { encodeCommand, type Push } from "@tidewire/protocol";
import { DOOR_KEY, type Doors } from "./doors.ts";
import type { Environment, WebSocketConstructor, WebSocketLike } from "./environment.ts";
import type { Settings } from "./options.ts";
import { readFrame } from "./read-frame.ts";
import { watchPage } from "./page-events.ts";
import type { ConnectionEvent } from "./connection-event.ts";
import type { Phase } from "./connection-phase.ts";
import { type Circumstances, type Effect, type MachineSettings, step } from "./state-machine.ts";

/** What the connection tells the client, and asks of it. */
export interface ConnectionOwner {
  /** Gets what a connection needs, and tells `prepared` or `refused`, at once or later. */
  prepare(): void;
  /** The phase changed; called once for each change, in order. */
  phaseChanged(phase: Phase): void;
}

/** Who speaks for the client. */
export interface Speaker {
  /** The text of the `connect` message, asked for when the socket is open. */
  connectMessage(): string;
  forgetToken(): void;
  /** A frame arrived on the present socket. */
  received(push: Push): void;
}

const PING = encodeCommand({ type: "ping" });

/** Carries out what the state machine says: holds the one socket and the one timer, and listens to the page. */
export class Connection {
  readonly #url: string;
  #webSocket: WebSocketConstructor | undefined;
  readonly #environment: Environment;
  readonly #settings: MachineSettings;
  readonly #owner: ConnectionOwner;
  readonly #speaker: Speaker;
  readonly #stopWatching: (() => void) | undefined;
  readonly #queue: ConnectionEvent[] = [];
  #isStepping = false;
  readonly #allowsFallback: boolean;
  #doors: Doors | undefined;
  /** Whether this try has asked for the doors: when they do not load, there is nothing to fall back to. */
  #hasAsked = false;
  #hasConnected = false;
  #phase: Phase = { at: "idle" };
  #socket: WebSocketLike | undefined;
  #stopTimer: (() => void) | undefined;
  #frames = 0;
  #lastFrameAtMs = 0;

  constructor(
    url: string,
    settings: Settings,
    environment: Environment,
    owner: ConnectionOwner,
    speaker: Speaker,
  ) {
    this.#url = url;
    this.#webSocket = settings.webSocket ?? environment.webSocket;
    this.#environment = environment;
    this.#settings = { ...settings, canRenewToken: settings.getToken !== undefined };
    this.#owner = owner;
    this.#speaker = speaker;
    this.#allowsFallback = settings.fallback ?? true;
    const { page } = environment;
    if (page) {
      this.#stopWatching = watchPage(page, settings.trustHiddenMs, environment.now, (event) =>
        this.tell(event),
      );
    }
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Feeds an event to the machine. One that comes up while another is carried out waits for its turn. */
  tell(event: ConnectionEvent): void {
    this.#queue.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#take(next);
    } finally {
      this.#isStepping = false;
    }
  }

  /** Sends a text on the present socket; without one nothing happens. */
  send(text: string): void {
    this.#socket?.send(text);
  }

  /** Ends it: drops the socket, stops the timer and no longer listens to the page. */
  close(): void {
    this.tell({ type: "close" });
    this.#stopWatching?.();
  }

  #take(event: ConnectionEvent): void {
    const before = this.#phase;
    const next = step(before, event, this.#circumstances());
    this.#phase = next.phase;
    for (const effect of next.effects) this.#carryOut(effect);
    if (event.type === "connected") {
      this.#hasConnected = true;
      this.#doors?.worked();
    }
    if (next.phase !== before) this.#owner.phaseChanged(next.phase);
  }

  #circumstances(): Circumstances {
    const { now, random } = this.#environment;
    return {
      settings: this.#settings,
      nowMs: now(),
      random: random(),
      frames: this.#frames,
      lastFrameAtMs: this.#lastFrameAtMs,
      hasConnected: this.#hasConnected,
      canFallBack: this.#allowsFallback && (this.#doors?.canFallBack ?? !this.#hasAsked),
    };
  }

  #carryOut(effect: Effect): void {
    switch (effect.do) {
      case "prepare":
        return this.#owner.prepare();
      case "forgetToken":
        return this.#speaker.forgetToken();
      case "open":
        return void this.#open(effect.fallBack);
      case "join":
        return this.send(this.#speaker.connectMessage());
      case "ping":
        return this.send(PING);
      case "drop":
        return this.#drop(effect.final);
      case "timer":
        return this.#startTimer(effect.ms);
    }
  }

  #startTimer(delayMs: number | null): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    if (delayMs === null) return;
    const { now, startTimer } = this.#environment;
    const dueAtMs = now() + delayMs;
    this.#stopTimer = startTimer(delayMs, () => this.tell({ type: "timer", lateMs: now() - dueAtMs }));
  }

  /** Opens a socket, at the next door after one that failed. The code of the doors loads when it is needed. */
  async #open(fallBack: boolean): Promise<void> {
    this.#drop(false);
    const phase = this.#phase;
    const { storage, parts } = this.#environment;
    this.#hasAsked = fallBack;
    try {
      const webSocket = (this.#webSocket ??= await parts.webSocket());
      if (this.#doors === undefined && (fallBack || (this.#allowsFallback && storage?.getItem(DOOR_KEY)))) {
        // Whoever only remembers a door can still try WebSocket.
        const part = await parts.fallback().catch((error: unknown) => {
          if (fallBack) throw error;
        });
        this.#doors ??= part?.doorsOf(this.#url, webSocket, this.#environment);
      }
      if (this.#phase !== phase) return;
      const doors = this.#doors;
      this.#use((fallBack ? doors?.next() : doors?.first()) ?? new webSocket(this.#url));
    } catch (error) {
      // Such as a page on https that is not allowed to open ws. It counts as a lost connection.
      if (this.#phase === phase) this.tell({ type: "socketClosed", code: 1006, reason: String(error) });
    }
  }

  #use(socket: WebSocketLike): void {
    this.#socket = socket;
    // A socket that was replaced may still speak: whoever is not the present one is not heard.
    const tell = (event: ConnectionEvent): void => {
      if (this.#socket === socket) this.tell(event);
    };
    socket.addEventListener("open", () => tell({ type: "opened" }));
    socket.addEventListener("message", ({ data }) => {
      if (this.#socket === socket) this.#receive(data);
    });
    // `close` follows each `error` and says more; but Node ends the process when nobody listens to it.
    socket.addEventListener("error", () => {});
    socket.addEventListener("close", ({ code, reason }) => tell({ type: "socketClosed", code, reason }));
  }

  #receive(data: unknown): void {
    this.#frames += 1;
    this.#lastFrameAtMs = this.#environment.now();
    const push = typeof data === "string" ? readFrame(data) : undefined;
    if (push) this.#speaker.received(push);
  }

  #drop(final: boolean): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = undefined;
    // 1000 ends the session; without a code the server keeps its presence for a moment, for the next connection.
    if (final) socket.close(1000);
    else socket.close();
  }
}
