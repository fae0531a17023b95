import { type JsonValue, Tidewire, TidewireError } from "@tidewire/client";

/** How often the source publishes. */
const INTERVAL_MS = 200;

/** More than this many without an answer: the source itself has trouble, and rests. */
const MOST_UNANSWERED = 25;

/** What hears of the source's messages. */
interface SourceListener {
  /** The message with this number goes out. */
  onSent(number: number): void;
  /** The server has it. */
  onStored(number: number): void;
  /** The server refuses them. */
  onRefused(reason: string): void;
}

/** Publishes 1, 2, 3 … to a channel, five a second, while somebody looks at the page. It has a connection of its own. */
export class Source {
  readonly #client: Tidewire<{ "**": JsonValue }>;
  readonly #channel: string;
  readonly #listener: SourceListener;
  #sent = 0;
  #unanswered = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(url: string, channel: string, listener: SourceListener) {
    this.#client = new Tidewire(url, { name: "tidewire-lockscreen-source" });
    this.#channel = channel;
    this.#listener = listener;
  }

  /** Begins; a second call does nothing. */
  start(): void {
    this.#timer ??= setInterval(() => this.#publish(), INTERVAL_MS);
  }

  #publish(): void {
    if (document.visibilityState === "hidden" || this.#unanswered > MOST_UNANSWERED) return;
    this.#sent += 1;
    const number = this.#sent;
    this.#unanswered += 1;
    this.#listener.onSent(number);
    this.#client.publish(this.#channel, number).then(
      () => {
        this.#unanswered -= 1;
        this.#listener.onStored(number);
      },
      (error: unknown) => {
        clearInterval(this.#timer);
        this.#listener.onRefused(error instanceof TidewireError ? error.message : String(error));
      },
    );
  }
}
