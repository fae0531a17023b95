import type {
  DeliverMode,
  Member,
  Position,
  Push,
  Since,
  SubscribedPush,
  SubscribeSince,
} from "@tidewire/protocol";
import type { Calls } from "./calls.ts";
import { onAbort } from "./abort-listener.ts";
import type { Emit } from "./client-events.ts";
import { Cursor, type Standing } from "./cursor.ts";
import { Emitter } from "./emitter.ts";
import { handlerFailed, TidewireError } from "./error.ts";
import { Members } from "./members.ts";
import { MessageQueue } from "./message-queue.ts";
import type {
  Acknowledged,
  CallOptions,
  HistoryOptions,
  HistoryPage,
  Message,
  MessagesOptions,
  Presence,
  Published,
  PublishOptions,
  Subscription,
  SubscriptionEvents,
  SubscriptionState,
} from "./subscription.ts";

/** What a subscription tells the registry that keeps it. */
export interface SubscriptionOwner {
  /** The program has ended it. */
  left(subscription: ChannelSubscription): void;
  /** Its status changed, or how many messages it misses. */
  progressed(subscription: ChannelSubscription): void;
  /** Where it stands may have changed. */
  moved(subscription: ChannelSubscription): void;
  /** Another rate is wanted. */
  rated(subscription: ChannelSubscription): void;
}

/** What a subscription tells the client. */
export interface SubscriptionPorts {
  readonly emit: Emit;
  /** Told an error that no handler of the subscription wanted, or that a handler threw. */
  readonly report: (error: TidewireError) => void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: TidewireError) => void;
}

const DEFAULT_BUFFER_SIZE = 1024;

/** A frame that belongs to a confirmed subscription. */
export type ChannelPush = Extract<
  Push,
  { type: "message" | "gap" | "position" | "join" | "leave" | "presence" | "acked" }
>;

/** The one implementation of {@link Subscription}; payloads are unknown here, the client's signatures name them. */
export class ChannelSubscription
  extends Emitter<SubscriptionEvents<unknown>>
  implements Subscription<unknown>
{
  readonly channel: string;
  /** Whether this connection was asked for it, in `connect` or by `subscribe`. The registry keeps it. */
  isAsked = false;
  /** Where it stands. The registry puts another one in its place for a pattern. */
  whereabouts: Standing;
  /** How many values per second of each key are wanted; undefined: as many as the channel allows. */
  maxRate: number | undefined;
  /** How many times in a row the server has refused it for now. The registry keeps it. */
  refusals = 0;
  readonly #owner: SubscriptionOwner;
  readonly #ports: SubscriptionPorts;
  readonly #calls: Calls;
  readonly #members = new Members();
  readonly #queues = new Set<MessageQueue<Message<unknown>>>();
  #waiters: Waiter[] = [];
  #stopListening: (() => void)[] = [];
  #state = SUBSCRIBING;
  /** Whether the server has confirmed it once. */
  #hasBegun = false;

  constructor(
    channel: string,
    since: Since | undefined,
    calls: Calls,
    owner: SubscriptionOwner,
    ports: SubscriptionPorts,
  ) {
    super();
    this.channel = channel;
    this.#calls = calls;
    this.#owner = owner;
    this.#ports = ports;
    this.whereabouts = new Cursor(since, channel.startsWith("@"));
  }

  get state(): SubscriptionState {
    const { status } = this.#state;
    return status === "catching-up" ? { status, missing: this.whereabouts.missing } : this.#state;
  }

  get position(): Position | undefined {
    return this.whereabouts.position;
  }

  get members(): readonly Member[] {
    return this.#members.list;
  }

  get memberCount(): number {
    return this.#members.count;
  }

  get deliver(): DeliverMode {
    return this.whereabouts.deliver;
  }

  /** Where to ask the server to begin. */
  get since(): SubscribeSince | undefined {
    return this.whereabouts.since;
  }

  /** How many messages are known to be missing. */
  get missing(): number {
    return this.whereabouts.missing;
  }

  /** Whether missed messages are arriving, or will once the server has confirmed. */
  get isBehind(): boolean {
    const { status } = this.#state;
    return status === "catching-up" || (status === "subscribing" && this.since !== undefined);
  }

  /** Whether the present connection has confirmed it. */
  get isConfirmed(): boolean {
    const { status } = this.#state;
    return status === "catching-up" || status === "live";
  }

  /** Whether it is over, for good or ill. */
  get #isOver(): boolean {
    const { status } = this.#state;
    return status === "failed" || status === "ended";
  }

  ready(): Promise<void> {
    const state = this.#state;
    if (this.isConfirmed) return Promise.resolve();
    if (state.status === "failed") return Promise.reject(state.error);
    if (state.status === "ended") return Promise.reject(endOf(this.channel, state.reason));
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  messages({
    bufferSize = DEFAULT_BUFFER_SIZE,
    signal,
  }: MessagesOptions = {}): AsyncIterableIterator<Message<unknown>, undefined> {
    const abort = (): void => queue.end({ error: signal?.reason });
    const stopListening = onAbort(signal, abort);
    const queue = new MessageQueue<Message<unknown>>(bufferSize, (ended) => {
      this.#queues.delete(ended);
      stopListening();
    });
    this.#queues.add(queue);
    const state = this.#state;
    if (signal?.aborted) abort();
    else if (this.#isOver) queue.end(state.status === "failed" ? state : undefined);
    return queue;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Message<unknown>, undefined> {
    return this.messages();
  }

  publish(data: unknown, options?: PublishOptions): Promise<Published> {
    return this.#calls.publish(this.channel, data, options);
  }

  presence(options?: CallOptions): Promise<Presence> {
    return this.#calls.presence(this.channel, options);
  }

  history(options?: HistoryOptions): Promise<HistoryPage<unknown>> {
    return this.#calls.history(this.channel, options);
  }

  ack(offset: number): Promise<Acknowledged> {
    return this.#calls.ack(this.channel, offset);
  }

  setRate(maxRate: number): void {
    this.maxRate = maxRate;
    this.#owner.rated(this);
  }

  unsubscribe(): void {
    if (this.#isOver) return;
    this.#owner.left(this);
    this.end(undefined);
  }

  /** Ends it when a signal aborts. */
  endWith(signal: AbortSignal): void {
    if (signal.aborted) this.unsubscribe();
    if (!this.#isOver) this.#stopListening.push(onAbort(signal, () => this.unsubscribe()));
  }

  /** The server has confirmed it on this connection. */
  confirm(push: SubscribedPush): void {
    this.refusals = 0;
    this.#hasBegun = true;
    this.whereabouts.confirm(push);
    this.#enter(
      this.whereabouts.missing > 0 ? { status: "catching-up", missing: this.whereabouts.missing } : LIVE,
    );
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
    this.emit("subscribed", push);
    this.#owner.moved(this);
  }

  /** An earlier page stood here. It counts where the program did not name a place itself. */
  resumeAt(position: Position | undefined): void {
    this.whereabouts.resumeAt(position);
  }

  /** Takes a frame; one that comes while the subscription is not confirmed belongs to an earlier one of this name. */
  receive(push: ChannelPush): void {
    const { channel } = push;
    if (!this.#hasBegun || !(this.whereabouts.takes?.(push) ?? channel === this.channel)) return;
    switch (push.type) {
      case "message":
        return this.#deliver(push);
      case "gap":
        this.emit("gap", push);
        if (push.to !== null) this.whereabouts.moveTo(push.epoch, push.to, channel);
        return this.#progress();
      case "position":
        this.whereabouts.caughtUp(push.epoch, push.offset, channel);
        return this.#progress();
      case "join":
        this.#members.add(push.members);
        this.emit("join", push.members);
        return this.#tellMembers();
      case "leave":
        this.#members.remove(push.members);
        this.emit("leave", push.members);
        return this.#tellMembers();
      case "presence":
        this.#members.replace(push);
        return this.#tellMembers();
      case "acked":
        return this.emit("acked", push);
    }
  }

  /** The connection is gone: the next one will have to confirm it again. */
  lost(): void {
    this.isAsked = false;
    this.#enter(SUBSCRIBING);
  }

  /** The server has refused it: for now, when the error is retryable. */
  refuse(error: TidewireError): void {
    if (!error.retryable) {
      this.#enter({ status: "failed", error });
      this.interrupt(error);
    }
    if (this.has("error")) this.emit("error", error);
    else this.#ports.report(error);
    if (!error.retryable) this.#clear();
  }

  /** The client cannot go on: loops and whoever waits are told, the subscription itself stays. */
  interrupt(error: TidewireError): void {
    for (const queue of this.#queues) queue.end({ error });
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  /** It is over, without an error. */
  end(reason: string | undefined): void {
    if (this.#isOver) return;
    this.#enter({ status: "ended", reason });
    for (const queue of this.#queues) queue.end();
    for (const waiter of this.#waiters.splice(0)) waiter.reject(endOf(this.channel, reason));
    this.emit("unsubscribed", { channel: this.channel, reason });
    this.#clear();
  }

  protected failed(cause: unknown, name: string): void {
    this.#ports.report(handlerFailed(name, this.channel, cause));
  }

  #clear(): void {
    this.silence();
    for (const stop of this.#stopListening.splice(0)) stop();
  }

  #deliver(message: Message<unknown>): void {
    if (!this.whereabouts.isNew(message)) return;
    this.emit("message", message);
    for (const queue of this.#queues) queue.push(message);
    this.#ports.emit("message", message);
    // Only now: a position that is saved before a handler has run would lose the message if the page died in between.
    this.whereabouts.pass(message);
    this.#progress();
  }

  /** Catching up ends when nothing is missing. */
  #progress(): void {
    this.#owner.moved(this);
    if (this.#state.status !== "catching-up") return;
    if (this.whereabouts.missing === 0) this.#enter(LIVE);
    else this.#owner.progressed(this);
  }

  #tellMembers(): void {
    if (this.has("presence")) this.emit("presence", this.#members.list);
  }

  #enter(state: SubscriptionState): void {
    const before = this.#state;
    this.#state = state;
    if (before.status === state.status) return;
    this.#owner.progressed(this);
    this.emit("state", state);
  }
}

const SUBSCRIBING: SubscriptionState = { status: "subscribing" };
const LIVE: SubscriptionState = { status: "live" };

function endOf(channel: string, reason: string | undefined): TidewireError {
  return new TidewireError("unsubscribed", reason ?? "The subscription has ended.", { channel });
}
