import { type Environment, hostEnvironment, type WebSocketConstructor } from "@tidewire/client";
import { NodeWebSocket } from "../../packages/client/src/node-websocket.ts";

/** Counts what one client has under way: sockets and timers. */
export class Census {
  readonly environment: Pick<Environment, "webSocket" | "startTimer">;
  /** Sockets that are not closed, and those of them that the client has not given up. */
  readonly #sockets = new Set<object>();
  readonly #kept = new Set<object>();
  readonly #timers = new Set<object>();
  #opened = 0;
  #mostKept = 0;

  constructor() {
    this.environment = {
      webSocket: countedSockets({
        opened: (socket) => this.#open(socket),
        givenUp: (socket) => this.#kept.delete(socket),
        closed: (socket) => this.#close(socket),
      }),
      startTimer: (delayMs, callback) => this.#startTimer(delayMs, callback),
    };
  }

  /** How many sockets were opened. */
  get opened(): number {
    return this.#opened;
  }

  /** The most that the client kept at the same time: that it had opened, and neither closed nor lost. */
  get mostKept(): number {
    return this.#mostKept;
  }

  /** Sockets that are not closed yet, and timers that have not fired. */
  get left(): number {
    return this.#sockets.size + this.#timers.size;
  }

  #open(socket: object): void {
    this.#opened += 1;
    this.#sockets.add(socket);
    this.#kept.add(socket);
    this.#mostKept = Math.max(this.#mostKept, this.#kept.size);
  }

  #close(socket: object): void {
    this.#sockets.delete(socket);
    this.#kept.delete(socket);
  }

  #startTimer(delayMs: number, callback: () => void): () => void {
    const timer = {};
    this.#timers.add(timer);
    const stop = hostEnvironment().startTimer(delayMs, () => {
      this.#timers.delete(timer);
      callback();
    });
    return () => {
      this.#timers.delete(timer);
      stop();
    };
  }
}

interface SocketWatcher {
  readonly opened: (socket: object) => void;
  /** The client closes it. */
  readonly givenUp: (socket: object) => void;
  readonly closed: (socket: object) => void;
}

/** The sockets that the SDK brings along for Node. */
function countedSockets(watcher: SocketWatcher): WebSocketConstructor {
  return class extends NodeWebSocket {
    constructor(url: string) {
      super(url);
      watcher.opened(this);
      this.addEventListener("close", () => watcher.closed(this));
    }

    override close(code?: number): void {
      watcher.givenUp(this);
      super.close(code);
    }
  };
}
