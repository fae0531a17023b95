import type {
  AnyChannels,
  ChannelMap,
  Declared,
  JsonValue,
  PayloadOf,
  Position,
  Since,
} from "@tidewire/protocol";
import { backoffMs } from "./backoff.ts";
import { Calls } from "./calls.ts";
import type { ClientState, ClosedState, KickedState } from "./client-state.ts";
import type { Emit, TidewireEvents } from "./client-events.ts";
import { connectUrl } from "./connect-url.ts";
import type { ConnectionEvent } from "./connection-event.ts";
import type { Phase } from "./connection-phase.ts";
import { Connection } from "./connection.ts";
import { Dialogue } from "./dialogue.ts";
import { Emitter } from "./emitter.ts";
import { type Environment, hostEnvironment } from "./environment.ts";
import { handlerFailed, TidewireError } from "./error.ts";
import { type Settings, settingsOf, type TidewireOptions } from "./options.ts";
import type { Keeper, KeeperPorts } from "./keeper.ts";
import { Outbox } from "./outbox.ts";
import { Registry } from "./registry.ts";
import { Requests } from "./requests.ts";
import { NO_TOKEN } from "./state-machine.ts";
import { StateTeller } from "./state-teller.ts";
import { TokenSource } from "./token-source.ts";
import type {
  Acknowledged,
  CallOptions,
  HistoryOptions,
  HistoryPage,
  Presence,
  Published,
  PublishOptions,
  Subscription,
} from "./subscription.ts";

/** How to subscribe. */
export interface SubscribeOptions {
  /**
   * Where to begin, in a channel (a pattern begins now): after a position (or a message, which is one), `"earliest"`, or `{last: n}` messages before now.
   * Default: with what is published from now on; in the user's inbox, after what was acknowledged.
   */
  readonly since?: Since | undefined;
  /** As `setRate` of the subscription. */
  readonly maxRate?: number | undefined;
  /** Ends the subscription when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A client of one server, over one connection that it keeps alive, replaces and resumes by itself.
 *
 * `Channels` declares payload types by channel name or pattern. Call `close()` when it is no longer needed.
 */
export class Tidewire<Channels extends ChannelMap = AnyChannels> extends Emitter<TidewireEvents> {
  readonly #settings: Settings;
  readonly #environment: Environment;
  readonly #connection: Connection;
  readonly #requests: Requests;
  readonly #outbox: Outbox;
  readonly #keeperPorts: KeeperPorts;
  #keeper: Keeper | undefined;
  readonly #calls: Calls;
  readonly #registry: Registry;
  readonly #tokens: TokenSource;
  readonly #states: StateTeller;
  readonly #dialogue: Dialogue;
  readonly #timers = new Set<() => void>();
  #isClosed = false;

  /**
   * `url` is the server's address, `http(s)` or `ws(s)`; without a path it gets `/connect`. Default: the server the
   * page came from. `environment` is for tests and unusual runtimes.
   *
   * Throws a TypeError when the address is none.
   */
  constructor(
    url: string | URL = "",
    options: TidewireOptions = {},
    environment: Environment = hostEnvironment(),
  ) {
    super();
    const settings = settingsOf(options);
    this.#settings = settings;
    this.#environment = environment;
    const startTimer = this.#startTimer.bind(this);
    const report = (error: TidewireError): void => this.#report(error);
    const emit: Emit = (name, event) => this.emit(name, event);
    const ports = {
      now: environment.now,
      startTimer,
      retryLater: (attempt: number, { retryAfterMs }: TidewireError, callback: () => void): void => {
        startTimer(retryAfterMs + backoffMs(attempt, environment.random(), settings.backoff), callback);
      },
      report,
      send: (text: string): void => this.#connection.send(text),
      state: () => this.state,
      emit,
      positionOf: (channel: string) => this.#keeper?.positionOf(channel),
      moved: (channel: string, position: Position | undefined): void =>
        this.#keeper?.moved(channel, position),
      loadPatterns: environment.parts.patterns,
      progressed: (): void => this.#states.progressed(),
      prepare: (): void => this.#prepare(),
      phaseChanged: (phase: Phase): void => this.#phaseChanged(phase),
      userIs: (user: string | undefined): void => this.#keeper?.userIs(user),
      tell: (event: ConnectionEvent): void => this.#connection.tell(event),
    };
    this.#tokens = new TokenSource(settings, report);
    this.#states = new StateTeller(ports);
    this.#requests = new Requests(settings.maxPending, ports);
    this.#outbox = new Outbox(this.#requests, settings, ports);
    this.#calls = new Calls(this.#requests, this.#outbox, settings.requestTimeoutMs);
    this.#registry = new Registry(this.#requests, this.#calls, ports);
    const address = connectUrl(url, environment.baseUrl);
    this.#keeperPorts = {
      url: address,
      user: settings.user,
      now: environment.now,
      report: (cause) => this.#report(new TidewireError("persistence_failed", STORAGE_FAILED, { cause })),
      outbox: this.#outbox,
      registry: this.#registry,
    };
    this.#dialogue = new Dialogue(
      settings,
      this.#tokens,
      this.#requests,
      this.#outbox,
      this.#registry,
      ports,
    );
    this.#connection = new Connection(address, settings, environment, ports, this.#dialogue);
    if (options.autoConnect ?? true) this.connect();
  }

  /** What the connection is doing now. */
  get state(): ClientState {
    const phase = this.#connection.phase;
    const connected = this.#dialogue.who;
    switch (phase.at) {
      case "preparing":
      case "opening":
      case "joining":
        return { status: "connecting", attempt: phase.attempt };
      case "connected":
        if (!this.#registry.isBehind) return { status: "live", ...connected };
        return { status: "catching-up", ...connected, missing: this.#registry.missing };
      case "waiting": {
        const { why, retryInMs, retryAtMs, attempt } = phase;
        return { status: "offline", ...why, retryInMs, retryAtMs, attempt };
      }
      case "kicked":
        return { status: "kicked", code: phase.closeCode, reason: phase.reason };
      case "closed":
        return { status: "closed", ...phase.why };
      case "idle":
      case "suspended":
        return { status: phase.at };
    }
  }

  /**
   * Connects, or tries again sooner: when idle, offline, or kicked.
   *
   * Else it does nothing. Throws a {@link TidewireError} with `closed` after `close()`.
   */
  connect(): void {
    if (this.#isClosed) throw closed();
    this.#connection.tell({ type: "connect" });
  }

  /**
   * Ends it for good: connection, subscriptions, timers and listeners.
   *
   * Whatever waits is rejected with `closed`; loops end; nothing is delivered any more.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close();
  }

  /**
   * Gives the subscription to a channel, or to all that match a pattern, and asks the server for it when it is new.
   *
   * There is one per channel: a second call gives the same object, and its `since` and `maxRate` are not looked at. A
   * connection is not needed yet. Throws a {@link TidewireError} with `closed` after `close()`.
   */
  subscribe<const Channel extends string>(
    channel: Declared<Channels, Channel>,
    options?: SubscribeOptions,
  ): Subscription<PayloadOf<Channels, Channel>>;
  // This overload is where the declaration of the channels is taken at its word.
  subscribe(channel: string, options: SubscribeOptions = {}): Subscription<unknown> {
    if (this.#isClosed) throw closed();
    const subscription = this.#registry.subscribe(channel, options);
    if (options.signal) subscription.endWith(options.signal);
    return subscription;
  }

  /**
   * Publishes a message. Resolves when the server has stored it, with its place.
   *
   * Without a connection it waits, in order, and is sent again with the same id after a loss, so it is stored once.
   * Rejects with a {@link TidewireError}: the server's, `outbox_full`, or `closed` and `disconnected` when the client
   * stops. To repeat a retryable one, pass the same `messageId`.
   */
  publish<const Channel extends string>(
    channel: Declared<Channels, Channel>,
    data: PayloadOf<Channels, Channel>,
    options?: PublishOptions,
  ): Promise<Published> {
    return this.#calls.publish(channel, data, options);
  }

  /** Reads one page of a channel's stream. Rejects with `timeout` when no answer comes in `requestTimeoutMs`. */
  history<const Channel extends string>(
    channel: Declared<Channels, Channel>,
    options?: HistoryOptions,
  ): Promise<HistoryPage<PayloadOf<Channels, Channel>>>;
  history(channel: string, options?: HistoryOptions): Promise<HistoryPage<unknown>> {
    return this.#calls.history(channel, options);
  }

  /** Asks who is in a channel now, and how many. Rejects with `timeout` when no answer comes in `requestTimeoutMs`. */
  presence<const Channel extends string>(
    channel: Declared<Channels, Channel>,
    options?: CallOptions,
  ): Promise<Presence> {
    return this.#calls.presence(channel, options);
  }

  /**
   * Calls a method of the backend through the server.
   *
   * It is sent at most once: when the connection is lost before the answer, it rejects with `connection_lost`.
   */
  rpc(method: string, data?: unknown, options?: CallOptions): Promise<JsonValue> {
    return this.#calls.rpc(method, data, options);
  }

  /**
   * Says that the person has read everything in the channel up to this offset.
   *
   * Resolves with the user's cursor, which only moves forwards. The SDK never says this by itself.
   */
  ack<const Channel extends string>(
    channel: Declared<Channels, Channel>,
    offset: number,
  ): Promise<Acknowledged> {
    return this.#calls.ack(channel, offset);
  }

  protected failed(cause: unknown, name: string): void {
    // Not as an event: the handler of that event is what failed.
    if (name === "error") this.#environment.reportError(cause);
    else this.#report(handlerFailed(name, undefined, cause));
  }

  #prepare(): void {
    if (this.#tokens.isMissing || this.#isKeeperMissing) void this.#gather();
    else this.#connection.tell({ type: "prepared" });
  }

  get #isKeeperMissing(): boolean {
    return this.#settings.persist === true && this.#keeper?.isReady !== true;
  }

  async #gather(): Promise<void> {
    if (this.#tokens.isMissing && (await this.#tokens.renew()) === undefined) {
      this.#connection.tell({ type: "refused", why: NO_TOKEN, retryable: true });
      return;
    }
    if (this.#isKeeperMissing) await this.#openKeeper();
    this.#connection.tell({ type: "prepared" });
  }

  async #openKeeper(): Promise<void> {
    try {
      const { keeperOf } = await this.#environment.parts.persistence();
      if (this.#isClosed) return;
      this.#keeper ??= keeperOf(this.#keeperPorts);
      await this.#keeper.open(this.#tokens.token);
    } catch (cause) {
      this.#keeperPorts.report(cause);
    }
  }

  #phaseChanged({ at }: Phase): void {
    const { state } = this;
    // Where nothing was sent there is nothing to forget.
    if (at !== "joining" && at !== "connected") {
      this.#requests.disconnected();
      this.#outbox.disconnected();
      this.#registry.disconnected();
    }
    const isStopped = state.status === "kicked" || state.status === "closed";
    if (isStopped) this.#dialogue.forget();
    else this.#refuseAll(undefined);
    // Neither its lock nor its database may keep a page out of the cache.
    if (at === "suspended") this.#keeper?.close();
    this.#states.changed();
    if (isStopped && this.#isClosed) this.#tearDown();
    else if (isStopped) this.#stop(state);
  }

  #report(error: TidewireError): void {
    if (this.#isClosed) return;
    if (this.has("error")) this.emit("error", error);
    else this.#environment.reportError(error);
  }

  #startTimer(delayMs: number, callback: () => void): () => void {
    const stop = this.#environment.startTimer(delayMs, () => {
      this.#timers.delete(cancel);
      callback();
    });
    const cancel = (): void => {
      this.#timers.delete(cancel);
      stop();
    };
    this.#timers.add(cancel);
    return cancel;
  }

  /** The client cannot go on by itself: whoever waits is told. Subscriptions stay, for `connect()`. */
  #stop(state: KickedState | ClosedState): void {
    const error = new TidewireError("disconnected", `The server closed the connection: ${state.reason}`);
    this.#refuseAll(error);
    this.#registry.interrupt(error);
    if (state.status === "kicked") this.emit("kicked", state);
    else this.#report(new TidewireError(state.code, state.reason));
  }

  #tearDown(): void {
    this.#refuseAll(closed());
    this.#registry.close();
    this.silence();
    for (const cancel of this.#timers) cancel();
  }

  /** Fails what waits and what is asked from now on; undefined takes it again. */
  #refuseAll(error: TidewireError | undefined): void {
    this.#requests.refusal = error;
    this.#outbox.refusal = error;
    if (!error) return;
    this.#requests.failAll(error);
    this.#outbox.failAll(error);
    this.#keeper?.close();
  }
}

const STORAGE_FAILED = "The storage failed.";

function closed(): TidewireError {
  return new TidewireError("closed", "close() was called");
}
