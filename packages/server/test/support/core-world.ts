import type { Random } from "../../src/base/clock.ts";
import { TimerWheel } from "../../src/base/timer-wheel.ts";
import type { ChannelOptions, HistoryOptions } from "../../src/config/channel-options.ts";
import { MemoryControl } from "../../src/broker/memory/memory-control.ts";
import type { SessionLimit } from "../../src/config/session-limit.ts";
import { ADMIT_ALL } from "../../src/core/admission.ts";
import { Access } from "../../src/core/access.ts";
import { CatchUp } from "../../src/core/catch-up.ts";
import { Connecting } from "../../src/core/connecting.ts";
import { ClientPublishing } from "../../src/core/client-publish.ts";
import type { Cursors } from "../../src/core/cursors.ts";
import type { VerdictChange } from "../../src/core/control.ts";
import { Hub } from "../../src/core/hub.ts";
import { ANONYMOUS, type Identify } from "../../src/core/identity.ts";
import { Kicking } from "../../src/core/kick.ts";
import { NOBODY_LISTENS } from "../../src/core/happenings.ts";
import { type Hooks, NO_HOOKS } from "../../src/core/hooks.ts";
import type { LimitHits } from "../../src/core/limit-hits.ts";
import { Patterns } from "../../src/core/patterns.ts";
import type { Permissions } from "../../src/core/permissions.ts";
import { type Published, Publishing } from "../../src/core/publish.ts";
import { Reading } from "../../src/core/read.ts";
import { type Refusal, refuse } from "../../src/core/refusal.ts";
import type { Session } from "../../src/core/session.ts";
import { type ConnectRequest, Sessions } from "../../src/core/sessions.ts";
import { Subscribing } from "../../src/core/subscribe.ts";
import type { SubscriberIndex } from "../../src/core/subscriber-index.ts";
import { PatternSubscribing } from "../../src/core/subscribe-pattern.ts";
import { SubscriptionStarts } from "../../src/core/subscription-start.ts";
import { Tally } from "../../src/core/tally.ts";
import type { Ticks } from "../../src/core/ticks.ts";
import { Turn } from "../../src/core/turn.ts";
import type { Outbox } from "../../src/core/outbox.ts";
import { KeptExclusions } from "../../src/policy/kept-exclusions.ts";
import { FakeClock } from "./fake-clock.ts";
import { seededRandom } from "./seeded-random.ts";
import { ScriptedStreams } from "./scripted-streams.ts";

export const HISTORY: HistoryOptions = { messages: 1000, ttlMs: 3_600_000, bytes: 1e9, durable: false };

/** The precision of what is sent at intervals. */
const TICK_MS = 10;

export const GRACE_MS = 10_000;

const OPTIONS: ChannelOptions = {
  history: HISTORY,
  presence: false,
  presenceList: 200,
  subscribe: "anyone",
  publish: "anyone",
  deliver: "all",
  budget: 20,
  windowMs: 0,
  maxRate: 10,
  rateLimit: null,
  messageBytes: 65_536,
  clientPriority: false,
  patterns: false,
};

/** Keeps verdicts in memory, unless a test says that it cannot. */
class FailingControl extends MemoryControl {
  fails = false;

  override write(changes: readonly VerdictChange[]): Promise<boolean> {
    return this.fails ? Promise.resolve(false) : super.write(changes);
  }
}

/**
 * The whole core over streams that a test directs, on a clock that stands still, in turns that end when the test says so.
 *
 * Nothing of the core is replaced; what it stands on is.
 */
export class CoreWorld {
  readonly clock = new FakeClock();
  readonly streams = new ScriptedStreams(this.clock);
  readonly wheel = new TimerWheel({ tickMs: TICK_MS, slots: 64, clock: this.clock });
  readonly tally = new Tally();
  /** Its entries are called by `wheel.advance`. */
  readonly ticks: Ticks = {
    nowMs: () => this.clock.nowMs(),
    schedule: (entry, delayMs) => this.wheel.schedule(entry, delayMs),
    cancel: (entry) => this.wheel.cancel(entry),
  };
  readonly hub: Hub;
  readonly catchUp: CatchUp;
  readonly sessions: Sessions;
  readonly subscribing: Subscribing;
  readonly publishing: Publishing;
  readonly clientPublishing: ClientPublishing;
  readonly reading: Reading;
  readonly kicking: Kicking;
  readonly connecting: Connecting;
  /** Replaceable; believes nobody and lets everybody in. */
  identify: Identify = () => ANONYMOUS;
  readonly control = new FailingControl();
  /** What was exceeded, each time. */
  readonly hit: string[] = [];
  readonly hits: LimitHits = { hit: (limit) => void this.hit.push(limit) };
  /** Replaceable, as a reload would. */
  readonly limits = {
    maxSubscriptions: 100,
    maxPatternChannels: 100,
    maxChannels: 1000,
    presenceMembers: 1000,
  };
  limit: SessionLimit | null = null;
  /** Replaceable; the same numbers each time. */
  random: Random = seededRandom(1);
  readonly reported: unknown[] = [];
  readonly #resolved = new Map<string, ChannelOptions>();
  readonly #turnEnds: (() => void)[] = [];
  #ids = 0;

  /** `optionsOf` says how a channel differs from one that everybody may use, with history; `hooks` answer where it asks them. */
  constructor(optionsOf: (channel: string) => Partial<ChannelOptions> = () => ({}), hooks: Hooks = NO_HOOKS) {
    const { streams, clock } = this;
    const resolveOptions = (channel: string): ChannelOptions => {
      const options = this.#resolved.get(channel) ?? { ...OPTIONS, ...optionsOf(channel) };
      this.#resolved.set(channel, options);
      return options;
    };
    const turn = new Turn((end) => this.#turnEnds.push(end));
    const randomId = (): string => `id${(this.#ids += 1)}`;
    const permissions: Permissions = {
      maySubscribe: (_session, _channel, { subscribe }) => (subscribe === "hook" ? "ask" : null),
      maySubscribePattern: (_session, _pattern, { patterns }) =>
        patterns ? null : refuse("permission_denied"),
      mayPublish: (_session, _channel, { publish }) => (publish === "hook" ? "ask" : null),
    };
    const hash = (sessionId: string): string => `hash of ${sessionId}`;
    const exclusions = new KeptExclusions({ clock, control: this.control, hash }, []);
    const { hits, tally } = this;
    this.catchUp = new CatchUp(streams, clock, (error) => this.reported.push(error), tally);
    const happenings = NOBODY_LISTENS;
    const access = new Access({ permissions, hooks, exclusions });
    const { ticks, limits } = this;
    const random = (): number => this.random();
    const subscribers: SubscriberIndex = {
      byConnection: (connection) => this.sessions.byConnection(connection),
      ofUser: (user) => this.sessions.ofUser(user),
    };
    const report = (error: unknown): void => void this.reported.push(error);
    const patterns = new Patterns(access);
    const ports = { turn, ticks, streams, resolveOptions, happenings, hits, report, tally };
    this.hub = new Hub({ ...ports, random, subscribers, patterns, limits }, this.catchUp);
    streams.listener = (messages) => this.hub.receive(messages);
    const cursors: Cursors = {
      get: async () => null,
      advance: async (_user, _channel, offset) => offset,
      receipts: async () => [],
    };
    const starts = new SubscriptionStarts({ streams, cursors, clock });
    this.subscribing = new Subscribing({
      hub: this.hub,
      patterns: new PatternSubscribing({
        hub: this.hub,
        patterns,
        streams,
        starts,
        access,
        resolvePattern: resolveOptions,
        limits,
        hits,
        report: (error) => this.reported.push(error),
      }),
      starts,
      access,
      limits,
      hits,
      observe: () => {},
      report: (error) => this.reported.push(error),
    });
    this.sessions = new Sessions({
      subscribing: this.subscribing,
      exclusions,
      clock,
      steadyClock: clock,
      randomId,
      owner: "n1",
      graceMs: GRACE_MS,
      wheel: this.wheel,
      tokenTimes: { refreshBeforeMs: 60_000, clockToleranceMs: 5000 },
      limitOf: () => this.limit,
      replaced: () => {},
      happenings,
      observe: () => {},
    });
    this.publishing = new Publishing({ hub: this.hub, streams, randomId, observe: () => {} });
    const { hub, publishing } = this;
    this.clientPublishing = new ClientPublishing({
      hub,
      access,
      admission: ADMIT_ALL,
      publishing,
      happenings,
      clock,
    });
    this.reading = new Reading(this.hub, streams);
    this.connecting = new Connecting({
      identify: (claims) => this.identify(claims),
      sessions: this.sessions,
      turnedAway: { remember() {} },
      report: (error) => this.reported.push(error),
    });
    this.kicking = new Kicking({
      sessions: this.sessions,
      connecting: this.connecting,
      subscribing: this.subscribing,
      exclusions,
      observe: () => {},
    });
  }

  /** Ends the turn: what was gathered goes to the outboxes. */
  endTurn(): void {
    for (const end of this.#turnEnds.splice(0)) end();
  }

  /** Asks `optionsOf` anew, as after a change of the rules. */
  forgetOptions(): void {
    this.#resolved.clear();
  }

  /** Lets time pass in steps of the ticks, each with a turn of its own. */
  pass(durationMs: number): void {
    for (let passedMs = 0; passedMs < durationMs; passedMs += TICK_MS) {
      this.clock.advance(TICK_MS);
      this.wheel.advance();
      this.endTurn();
    }
  }

  /** Lets everything happen that waits for nothing from outside, turns included. */
  async settle(): Promise<void> {
    do {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      this.endTurn();
    } while (this.#turnEnds.length > 0);
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }

  /** Lets promises go on, but ends no turn. */
  async breathe(): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }

  /** Connects a session, anonymous and new unless said otherwise. */
  connect(outbox: Outbox, connect: Partial<ConnectRequest> = {}): Session {
    const session = this.tryConnect(outbox, connect);
    if ("code" in session) throw new Error(`refused: ${session.code}`);
    return session;
  }

  tryConnect(outbox: Outbox, connect: Partial<ConnectRequest> = {}): Session | Refusal {
    return this.sessions.connect(outbox, {
      request: null,
      identity: ANONYMOUS,
      sessionId: null,
      subscriptions: [],
      ...connect,
    });
  }

  publish(channel: string, data: unknown, exclude: string | null = null): Promise<Published | Refusal> {
    return this.publishing.publish({
      channel,
      dataJson: JSON.stringify(data),
      id: null,
      key: null,
      priority: null,
      exclude,
      from: { kind: "api" },
      door: "http",
    });
  }
}
