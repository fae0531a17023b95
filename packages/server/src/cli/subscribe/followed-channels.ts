import type { Position, Push, Since, SubscriptionRequest } from "@tidewire/protocol";

interface Followed {
  /** Where the next connection goes on. */
  since: Since | undefined;
  /** Whether an offset at or before the position has been seen; not where older values may follow newer ones. */
  isInOrder: boolean;
}

/** Where a tail stands in each of its channels, so that it goes on there when it is connected again. */
export class FollowedChannels {
  readonly #channels: Map<string, Followed>;

  constructor(names: readonly string[], since: Since | undefined) {
    this.#channels = new Map(names.map((name) => [name, { since, isInOrder: true }]));
  }

  get size(): number {
    return this.#channels.size;
  }

  /** What the next `connect` asks for. */
  get subscriptions(): Readonly<Record<string, SubscriptionRequest>> {
    return Object.fromEntries(
      [...this.#channels].map(([name, { since }]) => [name, since === undefined ? {} : { since }]),
    );
  }

  /** Moves on behind a push. False for a message that was seen before. */
  take(push: Push): boolean {
    if (push.type === "message") return this.#pass(push.channel, push);
    if (push.type === "subscribed") this.#confirm(push.channel, push);
    if (push.type === "position") this.#pass(push.channel, push);
    if (push.type === "gap" && push.to !== null) {
      this.#pass(push.channel, { epoch: push.epoch, offset: push.to });
    }
    return true;
  }

  /** Follows this channel no longer. */
  leave(channel: string): void {
    this.#channels.delete(channel);
  }

  #confirm(channel: string, { epoch, offset, deliver }: Placed & { readonly deliver: string }): void {
    const followed = this.#channels.get(channel);
    if (followed === undefined) return;
    followed.isInOrder = deliver === "all";
    // With a start the position stays there until something moves it.
    if (followed.since === undefined && epoch !== undefined && offset !== undefined) {
      followed.since = { epoch, offset };
    }
  }

  #pass(channel: string, { epoch, offset }: Placed): boolean {
    const followed = this.#channels.get(channel);
    if (followed === undefined || epoch === undefined || offset === undefined) return true;
    const { since, isInOrder } = followed;
    const isBehind = isPosition(since) && since.epoch === epoch && offset <= since.offset;
    if (!isBehind) followed.since = { epoch, offset };
    return !(isBehind && isInOrder);
  }
}

interface Placed {
  readonly epoch?: string;
  readonly offset?: number;
}

function isPosition(since: Since | undefined): since is Position {
  return typeof since === "object" && "epoch" in since;
}
