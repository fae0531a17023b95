import {
  compilePattern,
  type Position,
  type Push,
  type Since,
  type SubscriptionRequest,
} from "@tidewire/protocol";

interface Followed {
  /** Where the next connection goes on. */
  since: Since | undefined;
  /** Whether an offset at or before the position has been seen; not where older values may follow newer ones. */
  isInOrder: boolean;
}

interface FollowedPattern {
  readonly matches: (channel: string) => boolean;
  /** What the server gave with the subscription, to come back with. */
  timeMs: number | undefined;
}

/** Tells a pattern from the name of a channel, which cannot hold a wildcard. */
export function isPattern(name: string): boolean {
  return name.includes("*");
}

/** Where a tail stands in each of its channels, so that it goes on there when it is connected again. */
export class FollowedChannels {
  readonly #channels: Map<string, Followed>;
  readonly #patterns: Map<string, FollowedPattern>;
  /** Where it stands in the channels that patterns have brought. */
  readonly #brought: Map<string, Position> = new Map();

  /** `since` is where names begin. Patterns begin with what comes next, or with everything stored if it is `earliest`. */
  constructor(names: readonly string[], since: Since | undefined) {
    const timeMs = since === "earliest" ? 0 : undefined;
    this.#channels = new Map(
      names.filter((name) => !isPattern(name)).map((name) => [name, { since, isInOrder: true }]),
    );
    this.#patterns = new Map(
      names.filter(isPattern).map((name) => [name, { matches: compilePattern(name), timeMs }]),
    );
  }

  get size(): number {
    return this.#channels.size + this.#patterns.size;
  }

  /** What the next `connect` asks for. */
  get subscriptions(): Readonly<Record<string, SubscriptionRequest>> {
    const asked: Record<string, SubscriptionRequest> = {};
    for (const [name, { since }] of this.#channels) asked[name] = since === undefined ? {} : { since };
    for (const [pattern, { timeMs, matches }] of this.#patterns) {
      const positions = Object.fromEntries([...this.#brought].filter(([channel]) => matches(channel)));
      asked[pattern] = timeMs === undefined ? {} : { since: { time: timeMs, positions } };
    }
    return asked;
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
    this.#patterns.delete(channel);
    this.#brought.delete(channel);
  }

  #confirm(channel: string, { epoch, offset, deliver, time }: Confirmed): void {
    const pattern = this.#patterns.get(channel);
    if (pattern !== undefined) pattern.timeMs = time;
    const followed = this.#channels.get(channel);
    if (followed === undefined) return;
    followed.isInOrder = deliver === "all";
    // With a start the position stays there until something moves it.
    if (followed.since === undefined && epoch !== undefined && offset !== undefined) {
      followed.since = { epoch, offset };
    }
  }

  #pass(channel: string, { epoch, offset }: Placed): boolean {
    if (epoch === undefined || offset === undefined) return true;
    const followed = this.#channels.get(channel);
    if (followed === undefined) {
      this.#brought.set(channel, { epoch, offset });
      return true;
    }
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

interface Confirmed extends Placed {
  readonly deliver: string;
  /** Of a pattern. */
  readonly time?: number;
}

function isPosition(since: Since | undefined): since is Position {
  return typeof since === "object" && "epoch" in since;
}
