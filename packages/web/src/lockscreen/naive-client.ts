import type { ConnectionView } from "../look/connection-view.ts";
import type { SimulatedPhone } from "./simulated-phone.ts";

const RECONNECT_MS = 1000;

/** What the client hears, and what it believes about its connection. */
interface NaiveListener {
  onData(data: unknown): void;
  onState(view: ConnectionView): void;
}

/** The client that everybody writes first: it listens, and a second after its socket has closed it opens another one. */
export class NaiveClient {
  readonly #url: string;
  readonly #phone: SimulatedPhone;
  readonly #listener: NaiveListener;

  constructor(url: string, phone: SimulatedPhone, listener: NaiveListener) {
    this.#url = url;
    this.#phone = phone;
    this.#listener = listener;
  }

  /** Opens a socket. */
  connect(): void {
    const { webSocket: Socket, startTimer, now } = this.#phone.environment;
    this.#listener.onState({ kind: "connecting" });
    const socket = new Socket(this.#url);
    socket.addEventListener("message", ({ data }) => {
      const push: unknown = JSON.parse(String(data));
      if (typeof push !== "object" || push === null || !("type" in push)) return;
      if (push.type === "subscribed") this.#listener.onState({ kind: "live" });
      if (push.type === "message" && "data" in push) this.#listener.onData(push.data);
    });
    socket.addEventListener("close", () => {
      this.#listener.onState({ kind: "offline", retryAtMs: now() + RECONNECT_MS });
      startTimer(RECONNECT_MS, () => this.connect());
    });
  }
}
