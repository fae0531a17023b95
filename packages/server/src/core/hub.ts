import type { Random } from "../base/clock.ts";
import type { ChannelOptions } from "../config/channel-options.ts";
import type { CatchUp } from "./catch-up.ts";
import { Channel, type ChannelHost } from "./channel.ts";
import type { Happenings } from "./happenings.ts";
import { readKeptValues } from "./kept-values.ts";
import type { LimitHits } from "./limit-hits.ts";
import type { Message } from "./message.ts";
import type { Patterns } from "./patterns.ts";
import type { ResolveOptions } from "./permissions.ts";
import { type Head, type Streams, StreamsUnavailable } from "./streams.ts";
import type { SubscriberIndex } from "./subscriber-index.ts";
import type { Subscription } from "./subscription.ts";
import type { Tally } from "./tally.ts";
import type { Ticks } from "./ticks.ts";
import type { Turn } from "./turn.ts";

/** What all rings of encoded messages of this node may hold together; beyond it, the oldest channels' are emptied. */
const ALL_RINGS_BYTES = 64 * 1024 * 1024;

/** What the hub works with. */
export interface HubPorts {
  readonly turn: Turn;
  readonly ticks: Ticks;
  readonly streams: Streams;
  readonly resolveOptions: ResolveOptions;
  readonly happenings: Happenings;
  readonly hits: LimitHits;
  /** A bug: told, and tried again later. */
  readonly report: (error: unknown) => void;
  readonly tally: Tally;
  readonly random: Random;
  readonly subscribers: SubscriberIndex;
  readonly patterns: Patterns;
  /** Held by anybody; null: no limit. Asked each time, since it may change. */
  readonly limits: { readonly maxChannels: number | null };
}

/**
 * The channels that somebody on this node holds, and the way of a message from the broker to them.
 *
 * A channel is opened at the broker by its first holder and closed after the last one.
 */
export class Hub implements ChannelHost {
  readonly turn: Turn;
  readonly ticks: Ticks;
  readonly happenings: Happenings;
  readonly tally: Tally;
  readonly random: Random;
  readonly subscribers: SubscriberIndex;
  readonly patterns: Patterns;
  readonly #limits: HubPorts["limits"];
  readonly #streams: Streams;
  readonly #catchUp: CatchUp;
  readonly #resolveOptions: ResolveOptions;
  readonly #hits: LimitHits;
  readonly #report: (error: unknown) => void;
  readonly #channels: Map<string, Channel> = new Map();
  readonly #opening: Map<string, Promise<void>> = new Map();
  /** Channels whose last values could not be read since the store was away. */
  readonly #withoutValues: Set<Channel> = new Set();
  /** Channels that a pattern brought and the broker could not open: they are heard as long as a pattern is held. */
  readonly #unopened: Set<string> = new Set();

  constructor(ports: HubPorts, catchUp: CatchUp) {
    this.turn = ports.turn;
    this.ticks = ports.ticks;
    this.happenings = ports.happenings;
    this.tally = ports.tally;
    this.random = ports.random;
    this.subscribers = ports.subscribers;
    this.patterns = ports.patterns;
    this.#limits = ports.limits;
    this.#streams = ports.streams;
    this.#resolveOptions = ports.resolveOptions;
    this.#hits = ports.hits;
    this.#report = ports.report;
    this.#catchUp = catchUp;
  }

  get channelCount(): number {
    return this.#channels.size;
  }

  /** The names of held channels greater than `after`, in code unit order. */
  names(after: string, limit: number): readonly string[] {
    return [...this.#channels.keys()]
      .filter((name) => name > after)
      .toSorted()
      .slice(0, limit);
  }

  get(name: string): Channel | undefined {
    return this.#channels.get(name);
  }

  channels(): Iterable<Channel> {
    return this.#channels.values();
  }

  /** How a channel is configured, whether it is held or not. */
  optionsOf(name: string): ChannelOptions {
    return this.#channels.get(name)?.options ?? this.#resolveOptions(name);
  }

  /**
   * Holds a channel and opens it at the broker if need be. Every call needs one `release` on the channel.
   *
   * Rejects with StreamsUnavailable; then nothing is held.
   */
  async open(name: string): Promise<Channel> {
    const channel = this.#channels.get(name) ?? this.#create(name);
    if (this.#unopened.delete(name)) void this.#startOpening(channel);
    channel.hold();
    const opening = this.#opening.get(name);
    if (opening !== undefined) {
      try {
        await opening;
      } catch (error) {
        channel.release();
        throw error;
      }
    }
    return channel;
  }

  /**
   * Gives the held channels the options that the rules now say.
   *
   * Returns how many keep having, or not having, history as before until nobody holds them any more.
   */
  reconfigure(): number {
    let waiting = 0;
    for (const channel of [...this.#channels.values()]) {
      const options = this.#resolveOptions(channel.name);
      if (!isSame(options, channel.options) && !channel.reconfigure(options)) waiting += 1;
    }
    return waiting;
  }

  /** Takes what the broker reports: messages of one or several channels, in offset order for each. */
  receive(messages: readonly Message[]): void {
    for (const message of messages) {
      const held = this.#channels.get(message.channel);
      if (held !== undefined) held.receive(message);
      else if (!this.patterns.isEmpty) this.#find(message);
    }
  }

  catchUp(subscription: Subscription): void {
    this.#catchUp.add(subscription);
  }

  fellBehind(subscription: Subscription): void {
    const { session, channelName: channel } = subscription;
    // Nor is it the client's doing when the broker has missed something.
    if (session.outbox?.overrun === true) {
      const limit = session.outbox.isCapped ? "bandwidth" : "outbox";
      this.#hits.hit(limit, { connection: session.connection, channel });
    }
    this.#catchUp.add(subscription);
  }

  needsValues(channel: Channel): void {
    // Whoever opens it sees to that.
    if (!channel.isOpen) return;
    this.#readValues(channel).catch((error: unknown) => {
      // The store reports its own failure; here it only means: later.
      if (!(error instanceof StreamsUnavailable)) this.#report(error);
      this.#withoutValues.add(channel);
    });
  }

  /** Tries again what the store could not give. To be called when it is back, and now and then. */
  retry(): void {
    const waiting = [...this.#withoutValues];
    this.#withoutValues.clear();
    for (const channel of waiting) {
      if (this.#channels.get(channel.name) === channel) this.needsValues(channel);
    }
  }

  vacated(channel: Channel): void {
    if (this.#channels.get(channel.name) !== channel) return;
    this.#channels.delete(channel.name);
    this.#unopened.delete(channel.name);
    this.#streams.close(channel.name);
    if (channel.isOccupied) this.happenings.channelVacated(channel.name);
  }

  /** Keeps the memory of all rings within its bound. To be called now and then. */
  trimRings(): void {
    let bytes = 0;
    for (const channel of this.#channels.values()) bytes += channel.ringBytes;
    for (const channel of this.#channels.values()) {
      if (bytes <= ALL_RINGS_BYTES) return;
      bytes -= channel.ringBytes;
      channel.clearRings();
    }
  }

  /** Takes a message of a channel that nobody holds, as while a pattern is held: for those to whom one brings it. */
  #find(message: Message): void {
    const { channel: name, epoch, offset } = message;
    const takers = this.patterns.takersOf(name, () => this.#resolveOptions(name), 0);
    if (takers.length === 0) return;
    const { maxChannels } = this.#limits;
    if (maxChannels !== null && this.channelCount >= maxChannels) {
      for (const taker of takers) taker.owner.overflow(taker, "channels");
      return;
    }
    const channel = this.#add(name);
    if (channel.lacksValues) {
      // It opens when it has them; the message waits for that.
      channel.receive(message);
      this.#startOpening(channel).then(
        () => channel.closeIfVacant(),
        () => {
          for (const taker of takers) taker.owner.unavailable(taker);
        },
      );
      return;
    }
    // Every message is reported, so nobody needs to ask where the stream was before this one.
    channel.opened({ epoch: epoch ?? "", offset: offset === null ? 0 : offset - 1 });
    this.#startOpening(channel).catch(ignore);
    channel.receive(message);
    channel.closeIfVacant();
  }

  #create(name: string): Channel {
    const channel = this.#add(name);
    void this.#startOpening(channel);
    return channel;
  }

  #add(name: string): Channel {
    const channel = new Channel(name, this.#resolveOptions(name), this);
    this.#channels.set(name, channel);
    return channel;
  }

  #startOpening(channel: Channel): Promise<void> {
    const { name } = channel;
    const opening = this.#open(channel)
      .catch((error: unknown) => {
        // Before anybody else finds it: whoever came now would take it for open.
        if (!channel.isOpen) this.vacated(channel);
        else if (this.#channels.get(name) === channel) this.#unopened.add(name);
        throw error;
      })
      .finally(() => {
        if (this.#opening.get(name) === opening) this.#opening.delete(name);
      });
    this.#opening.set(name, opening);
    return opening;
  }

  async #open(channel: Channel): Promise<void> {
    const head = await this.#streams.open(channel.name, channel.options.history);
    while (channel.lacksValues) await this.#readValues(channel, head);
    if (!channel.isOpen) channel.opened(head);
  }

  async #readValues(channel: Channel, head: Head = channel.head): Promise<void> {
    channel.takeValues(await readKeptValues(this.#streams, channel.name, channel.options.history, head));
  }
}

/** Who needs the channel by its name tries again, and is told then. */
function ignore(): void {}

function isSame(options: ChannelOptions, others: ChannelOptions): boolean {
  return JSON.stringify(options) === JSON.stringify(others);
}
