import type { WebSocketConstructor, WebSocketLike } from "@tidewire/client";

/** The network that a phone's sockets go through. */
export interface SimulatedNetwork {
  readonly isUp: boolean;
  /** The sockets that their owner still holds. */
  readonly sockets: Set<SimulatedSocket>;
}

/** What a socket tells, by event name. */
interface SocketEvents {
  readonly open: unknown;
  readonly error: unknown;
  readonly message: { readonly data: unknown };
  readonly close: { readonly code: number; readonly reason: string };
}

type Listeners = { readonly [Name in keyof SocketEvents]: ((event: SocketEvents[Name]) => void)[] };

/** A socket that was lost without a Close frame. */
const LOST = { code: 1006, reason: "" };

/** A real WebSocket that can die as those of phones do: bytes vanish, and it goes on saying that it is open. */
export class SimulatedSocket implements WebSocketLike {
  readonly #network: SimulatedNetwork;
  readonly #real: WebSocket | undefined;
  readonly #listeners: Listeners = { open: [], error: [], message: [], close: [] };
  #isDead = false;

  /** Without a network it fails at once, as a browser's does. */
  constructor(url: string, network: SimulatedNetwork) {
    this.#network = network;
    network.sockets.add(this);
    if (!network.isUp) {
      this.#isDead = true;
      setTimeout(() => this.notice());
      return;
    }
    const real = new WebSocket(url);
    this.#real = real;
    real.addEventListener("open", (event) => this.#tell("open", event));
    real.addEventListener("message", (event) => this.#tell("message", event));
    real.addEventListener("error", (event) => this.#tell("error", event));
    real.addEventListener("close", (event) => {
      if (!this.#isDead) network.sockets.delete(this);
      this.#tell("close", event);
    });
  }

  send(text: string): void {
    if (!this.#isDead) this.#real?.send(text);
  }

  close(code?: number): void {
    this.#network.sockets.delete(this);
    this.#real?.close(code);
  }

  addEventListener<Name extends keyof SocketEvents>(
    name: Name,
    listener: (event: SocketEvents[Name]) => void,
  ): void {
    this.#listeners[name].push(listener);
  }

  /** From now on nothing passes, and nobody is told. */
  die(): void {
    this.#isDead = true;
  }

  /** The server is told that a dead socket is gone. */
  hangUp(): void {
    this.#real?.close();
  }

  /** The browser has noticed that it is dead, and tells its owner, if that still holds it. */
  notice(): void {
    if (!this.#isDead || !this.#network.sockets.delete(this)) return;
    this.hangUp();
    for (const listener of this.#listeners.close) listener(LOST);
  }

  #tell<Name extends keyof SocketEvents>(name: Name, event: SocketEvents[Name]): void {
    if (this.#isDead) return;
    for (const listener of this.#listeners[name]) listener(event);
  }
}

/** The class of sockets that go through this network. */
export function socketsOf(network: SimulatedNetwork): WebSocketConstructor {
  return class extends SimulatedSocket {
    constructor(url: string) {
      super(url, network);
    }
  };
}
