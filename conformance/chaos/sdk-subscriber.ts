import type { Subscription, Tidewire } from "@tidewire/client";
import { isContentOf } from "./content.ts";
import type { Heard, SubscriberEvidence } from "./evidence.ts";
import type { Heads } from "./subscriber.ts";

/** The SDK as a subscriber: it keeps positions and comes back by itself, and only what its user hears is written down. */
export class SdkSubscriber implements SubscriberEvidence {
  readonly name: string;
  readonly heard: Map<string, Heard[]> = new Map();
  readonly complaints: string[] = [];
  connections = 0;
  readonly #client: Tidewire;
  readonly #subscriptions: Subscription<unknown>[] = [];
  #moved: () => void = () => {};

  /** Listens to these channels from their beginning, by a client that `stop` closes. */
  constructor(name: string, channels: readonly string[], client: Tidewire) {
    this.name = name;
    this.#client = client;
    this.#client.on("error", (error) =>
      this.complaints.push(`the SDK reports ${error.code}: ${error.message}`),
    );
    this.#client.on("state", ({ status }) => {
      if (status === "live") this.connections += 1;
    });
    for (const channel of channels) this.#listen(channel);
  }

  /** Resolves when it has come to these heads. */
  async reach(heads: Heads): Promise<void> {
    while (!this.#isAt(heads)) {
      await new Promise<void>((resolve) => {
        this.#moved = resolve;
      });
    }
  }

  stop(): void {
    this.#client.close();
  }

  /** What a person needs who asks why it does not come to these heads. */
  whereItIs(heads: Heads): string {
    return `is at its end: ${this.#isAt(heads)}, client state: ${this.#client.state.status}`;
  }

  #isAt(heads: Heads): boolean {
    return this.#subscriptions.every(({ channel, position }) => {
      const head = heads.get(channel);
      if (head === undefined || head.offset === 0) return true;
      return (
        position?.offset === head.offset && (position.epoch === head.epoch || !channel.startsWith("memory."))
      );
    });
  }

  #listen(channel: string): void {
    const heard: Heard[] = [];
    this.heard.set(channel, heard);
    const subscription = this.#client.subscribe(channel, { since: "earliest" });
    this.#subscriptions.push(subscription);
    subscription.on("subscribed", ({ epoch = "", offset = 0, recovered }) => {
      const asked = subscription.position ?? "earliest";
      heard.push({ kind: "subscribed", asked, epoch, offset, recovered });
    });
    subscription.on("message", ({ epoch = "", offset = 0, id, data }) => {
      heard.push({ kind: "message", epoch, offset, id, intact: isContentOf(channel, id, data) });
      this.#tellMoved();
    });
    subscription.on("gap", ({ epoch, from, to, reason }) => {
      heard.push({ kind: "gap", epoch, from, to, reason });
      this.#tellMoved();
    });
    subscription.on("state", () => this.#tellMoved());
    subscription.on("error", (error) => this.complaints.push(`${channel}: ${error.code}: ${error.message}`));
  }

  /** The position moves once every handler has had the message. */
  #tellMoved(): void {
    setImmediate(() => this.#moved());
  }
}
