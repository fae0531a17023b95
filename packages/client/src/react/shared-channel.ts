import type { GapPush, Member, Since } from "@tidewire/protocol";
import type { Message, Subscription, SubscriptionState } from "../subscription.ts";

/** What a component sees of a channel. A new object after each change, and never changed itself. */
export interface ChannelView<Payload> {
  /** The newest messages, oldest first. */
  readonly messages: readonly Message<Payload>[];
  readonly state: SubscriptionState;
  /** What went missing for good last, if anything did: it is to be fetched from elsewhere, or told to the person. */
  readonly gap: GapPush | undefined;
}

/** What a shared channel needs of the client. */
export interface ChannelClient {
  subscribe(channel: string, options: { readonly since: Since | undefined }): Subscription<unknown>;
}

/** A component that uses a channel. */
export interface Holder {
  readonly since: Since | undefined;
  /** How many messages it shows. */
  readonly keep: number;
  readonly onMessage: (message: Message<unknown>) => unknown;
  /** There is something else to draw. */
  readonly changed: () => void;
}

/** A channel that no component has held yet. */
export const SUBSCRIBING: ChannelView<unknown> = {
  messages: [],
  state: { status: "subscribing" },
  gap: undefined,
};
/** Its members. */
export const NOBODY: readonly Member[] = [];

const ENDED: SubscriptionState = { status: "ended", reason: undefined };

const channelsOf = new WeakMap<ChannelClient, Map<string, SharedChannel>>();

/** What to draw of a channel now. It asks nothing of the server. */
export function viewOf(client: ChannelClient, channel: string): ChannelView<unknown> {
  return channelsOf.get(client)?.get(channel)?.view ?? SUBSCRIBING;
}

/** Who is in a channel now, as far as is known: the same array until somebody comes or goes. */
export function membersOf(client: ChannelClient, channel: string): readonly Member[] {
  return channelsOf.get(client)?.get(channel)?.members ?? NOBODY;
}

/** How many are in a channel now, as far as is known. */
export function memberCountOf(client: ChannelClient, channel: string): number {
  return channelsOf.get(client)?.get(channel)?.memberCount ?? 0;
}

/** Keeps a channel subscribed until the function that it returns is called. */
export function hold(client: ChannelClient, channel: string, holder: Holder): () => void {
  const channels = channelsOf.get(client) ?? new Map<string, SharedChannel>();
  channelsOf.set(client, channels);
  const shared = channels.get(channel) ?? new SharedChannel(client, channel, () => channels.delete(channel));
  channels.set(channel, shared);
  return shared.hold(holder);
}

/**
 * One subscription for all components that use a channel, and what they show of it.
 *
 * It is made, and ended, only when React is done with its present round of effects: what leaves and comes back in one
 * round, as everything does once under StrictMode, costs nothing, and whoever names `since` is heard, whatever the order.
 */
class SharedChannel {
  view = SUBSCRIBING;
  readonly #client: ChannelClient;
  readonly #channel: string;
  readonly #onEnd: () => void;
  /** Its holders, each with what removes its handler from the subscription. */
  readonly #holders = new Map<Holder, () => void>();
  #subscription: Subscription<unknown> | undefined;
  #isSettling = false;

  /** `onEnd` is called when nobody uses it any more. */
  constructor(client: ChannelClient, channel: string, onEnd: () => void) {
    this.#client = client;
    this.#channel = channel;
    this.#onEnd = onEnd;
  }

  get members(): readonly Member[] {
    return this.#subscription?.members ?? NOBODY;
  }

  get memberCount(): number {
    return this.#subscription?.memberCount ?? 0;
  }

  hold(holder: Holder): () => void {
    this.#holders.set(holder, this.#listen(holder));
    this.#settleSoon();
    return () => {
      this.#holders.get(holder)?.();
      this.#holders.delete(holder);
      this.#settleSoon();
    };
  }

  #settleSoon(): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    queueMicrotask(() => {
      this.#isSettling = false;
      this.#settle();
    });
  }

  #settle(): void {
    const { status } = this.view.state;
    if (this.#holders.size === 0) {
      this.#onEnd();
      this.#subscription?.unsubscribe();
    } else if (this.#subscription === undefined || status === "ended" || status === "failed") {
      this.#subscribe();
    }
  }

  #subscribe(): void {
    const holders = [...this.#holders.keys()];
    const since = holders.find((holder) => holder.since !== undefined)?.since;
    try {
      this.#follow(this.#client.subscribe(this.#channel, { since }));
    } catch {
      // After close(), which components that are still there must survive.
      this.#show({ state: ENDED });
    }
  }

  #follow(subscription: Subscription<unknown>): void {
    this.#subscription = subscription;
    this.view = { ...SUBSCRIBING, state: subscription.state };
    subscription.on("message", (message) => this.#keep(message));
    subscription.on("gap", (gap) => this.#show({ gap }));
    subscription.on("state", (state) => this.#show({ state }));
    subscription.on("presence", () => this.#tell());
    for (const holder of this.#holders.keys()) this.#holders.set(holder, this.#listen(holder));
    this.#tell();
  }

  /** Lets a holder hear messages itself. Each by a handler of its own: one that throws is reported, and harms no other. */
  #listen(holder: Holder): () => void {
    return this.#subscription?.on("message", holder.onMessage) ?? (() => {});
  }

  #keep(message: Message<unknown>): void {
    const limit = Math.max(...[...this.#holders.keys()].map(({ keep }) => keep));
    const messages = newest([...this.view.messages, message], limit);
    // While it catches up nothing is drawn for each message: the change of state that ends it will.
    if (this.#subscription?.state.status === "catching-up") this.view = { ...this.view, messages };
    else if (limit > 0) this.#show({ messages });
  }

  #show(change: Partial<ChannelView<unknown>>): void {
    this.view = { ...this.view, ...change };
    this.#tell();
  }

  #tell(): void {
    for (const { changed } of this.#holders.keys()) changed();
  }
}

/** The last so many of a list: the list itself, if it has no more. */
export function newest<Item>(list: readonly Item[], count: number): readonly Item[] {
  return list.length > count ? list.slice(list.length - count) : list;
}
