import { believe } from "./auth/believe.ts";
import { sessionHash } from "./auth/session-hash.ts";
import type { Logger } from "./base/logger.ts";
import { randomId } from "./base/random-id.ts";
import { RunningWheel } from "./base/running-wheel.ts";
import { monotonicClock, systemClock } from "./base/system-clock.ts";
import type { TimerWheel } from "./base/timer-wheel.ts";
import type { Store } from "./broker/store.ts";
import type { AccessMode } from "./config/access-mode.ts";
import { ChannelRules } from "./config/channel-rules.ts";
import type { LiveConfig } from "./config/live-config.ts";
import { sessionLimitOf } from "./config/session-limit.ts";
import { ADMIT_ALL, type Admission } from "./core/admission.ts";
import { Access } from "./core/access.ts";
import { Acknowledging } from "./core/acknowledge.ts";
import { broadcast } from "./core/broadcast.ts";
import { CatchUp } from "./core/catch-up.ts";
import { ClientPublishing } from "./core/client-publish.ts";
import type { CommandRates } from "./core/command-rates.ts";
import { Connecting } from "./core/connecting.ts";
import type { Verdict } from "./core/control.ts";
import { type Happenings, NOBODY_LISTENS } from "./core/happenings.ts";
import { type Hooks, NO_HOOKS } from "./core/hooks.ts";
import { Hub } from "./core/hub.ts";
import type { Identify } from "./core/identity.ts";
import { Kicking } from "./core/kick.ts";
import { type LimitHits, UNCOUNTED } from "./core/limit-hits.ts";
import type { Message } from "./core/message.ts";
import { Patterns } from "./core/patterns.ts";
import type { ResolveOptions } from "./core/permissions.ts";
import { type CountPublish, type PublishObserver, Publishing } from "./core/publish.ts";
import { Pushing } from "./core/pushing.ts";
import { Reading } from "./core/read.ts";
import { Refreshing } from "./core/refreshing.ts";
import type { Session } from "./core/session.ts";
import { Sessions } from "./core/sessions.ts";
import { Subscribing, type SubscribingLimits } from "./core/subscribe.ts";
import type { SubscriberIndex } from "./core/subscriber-index.ts";
import { PatternSubscribing } from "./core/subscribe-pattern.ts";
import { SubscriptionStarts } from "./core/subscription-start.ts";
import { Tally } from "./core/tally.ts";
import { TurnedAway } from "./core/turned-away.ts";
import { Turn } from "./core/turn.ts";
import { CommandLimits } from "./policy/command-limits.ts";
import { ObservedStreams } from "./telemetry/observed-streams.ts";
import { KeptExclusions } from "./policy/kept-exclusions.ts";
import { sessionPermissions } from "./policy/session-permissions.ts";

/** The core with its policies, over a store: every use-case, and no door yet. */
export interface Domain {
  readonly turn: Turn;
  readonly tally: Tally;
  readonly hub: Hub;
  readonly catchUp: CatchUp;
  readonly sessions: Sessions;
  readonly connecting: Connecting;
  readonly refreshing: Refreshing;
  readonly turnedAway: TurnedAway;
  readonly subscribing: Subscribing;
  readonly publishing: Publishing;
  /** For the HTTP API. */
  readonly pushing: Pushing;
  /** For raw TCP. */
  readonly linePushing: Pushing;
  readonly reading: Reading;
  readonly acknowledging: Acknowledging;
  readonly kicking: Kicking;
  readonly access: Access;
  readonly clientPublishing: ClientPublishing;
  readonly exclusions: KeptExclusions;
  readonly commandRates: CommandRates;
  readonly admission: Admission;
}

/** What the domain is put together from. */
export interface DomainOptions {
  readonly config: LiveConfig;
  readonly mode: AccessMode;
  readonly identify: Identify;
  /** The backend's say in what clients do; without it, rules that ask it let nobody in. */
  readonly hooks?: Hooks;
  /** Told what begins and ends. */
  readonly happenings?: Happenings;
  readonly store: Store;
  /** Runs on the monotonic clock; advanced by whoever made it. */
  readonly wheel: TimerWheel;
  /** What the store has kept of those who may not be here. */
  readonly verdicts: readonly Verdict[];
  readonly logger: Logger;
  /** Told of limits that are exceeded. */
  readonly hits?: LimitHits;
  /** Whether new work is taken on. */
  readonly admission?: Admission;
  /** Counts what happens, for the figures. */
  readonly observe?: DomainObserver;
}

/** What the domain tells for the figures, besides the log. */
interface DomainObserver {
  readonly published: CountPublish;
  /** A batch of publishes was written to its subscribers so long after it came. */
  readonly delivered: (durationMs: number) => void;
  readonly kicked: () => void;
  readonly banned: () => void;
}

const UNOBSERVED: DomainObserver = { published() {}, delivered() {}, kicked() {}, banned() {} };

/** Where a store reports appends before the hub exists, and the hub afterwards. */
export class LateListener {
  #receive: ((messages: readonly Message[]) => void) | null = null;

  readonly listen = (messages: readonly Message[]): void => this.#receive?.(messages);

  connect(receive: (messages: readonly Message[]) => void): void {
    this.#receive = receive;
  }
}

/** Enough that no two processes of an installation have one name. */
const OWNER_BITS = 36;

/** How late what is sent at intervals may be. */
const TICK_MS = 10;
/** One turn of the wheel holds the longest usual interval, of a second. */
const WHEEL_SLOTS = 128;

/** Puts the core together. */
export function composeDomain(options: DomainOptions): Domain {
  const { config, mode, identify, store, verdicts, wheel, logger, observe = UNOBSERVED } = options;
  const { hooks = NO_HOOKS, happenings = NOBODY_LISTENS, hits = UNCOUNTED, admission = ADMIT_ALL } = options;
  let rules = new ChannelRules(config.values);
  const turn = new Turn((end) => setImmediate(end));
  const { cursors, control } = store;
  const streams = new ObservedStreams(store.streams, turn, monotonicClock, observe.delivered);
  const report = (err: unknown): void =>
    logger.error({ event: "server.bug", err }, "a request failed inside");
  const tally = new Tally();
  const catchUp = new CatchUp(streams, systemClock, report, tally);
  catchUp.limitPages(config.values.limits.bandwidthPerConnection);
  const resolveOptions: ResolveOptions = (channel) => rules.resolve(channel);
  const ticks = new RunningWheel({ tickMs: TICK_MS, slots: WHEEL_SLOTS, clock: monotonicClock });
  const subscribers: SubscriberIndex = {
    byConnection: (connection) => sessions.byConnection(connection),
    ofUser: (user) => sessions.ofUser(user),
  };
  const exclusions = new KeptExclusions({ clock: systemClock, control, hash: sessionHash }, verdicts);
  const access = new Access({ permissions: sessionPermissions(mode), hooks, exclusions });
  const limits = subscribingLimits(config);
  const patterns = new Patterns(access);
  const hub = new Hub(
    {
      turn,
      ticks,
      streams,
      resolveOptions,
      happenings,
      hits,
      report,
      tally,
      random: Math.random,
      subscribers,
      patterns,
      limits,
    },
    catchUp,
  );
  const starts = new SubscriptionStarts({ streams, cursors, clock: systemClock });
  const resolvePattern: ResolveOptions = (pattern) => rules.resolvePattern(pattern);
  const subscribing = new Subscribing({
    hub,
    patterns: new PatternSubscribing({
      hub,
      patterns,
      streams,
      starts,
      access,
      resolvePattern,
      limits,
      hits,
      report,
    }),
    starts,
    access,
    limits,
    hits,
    observe: (event, session, channel, reason) =>
      logger.info(
        { event: `channel.${event}`, ...whoIs(session), channel, reason: reason ?? undefined },
        event,
      ),
    report,
  });
  const sessions = new Sessions({
    subscribing,
    exclusions,
    clock: systemClock,
    steadyClock: monotonicClock,
    randomId,
    owner: randomId(OWNER_BITS),
    graceMs: config.values.sessions.graceMs,
    wheel,
    tokenTimes: config.values.auth,
    limitOf: (user) => sessionLimitOf(config.values, user),
    replaced: (session, { code, reason }) =>
      logger.info({ event: "session.replaced", ...whoIs(session), code, reason }, "session replaced"),
    happenings,
    observe: (session, resumed) =>
      logger.info(
        { event: "session.connected", ...whoIs(session), address: session.outbox?.address, resumed },
        "session connected",
      ),
  });
  const turnedAway = new TurnedAway({
    exclusions,
    believe: mode === "open" ? believe : null,
    hash: sessionHash,
  });
  const connecting = new Connecting({ identify, sessions, turnedAway, report });
  const commandLimits = new CommandLimits(config.values.limits, monotonicClock, hits);
  config.watch((values) => {
    commandLimits.change(values.limits);
    catchUp.limitPages(values.limits.bandwidthPerConnection);
    rules = new ChannelRules(values);
    const waiting = hub.reconfigure();
    for (const session of sessions.all()) subscribing.recheck(session, NO_LONGER_ALLOWED);
    if (waiting > 0) logger.warn({ event: "config.waiting", channels: waiting }, HISTORY_WAITS);
  });
  const reading = new Reading(hub, streams);
  const publishing = new Publishing({
    hub,
    streams,
    randomId,
    observe: observePublish(logger, observe.published),
  });
  const sendToAll = (dataJson: string) =>
    broadcast(dataJson, { sessions, clock: systemClock, randomId, tally });
  return {
    turn,
    tally,
    hub,
    catchUp,
    sessions,
    connecting,
    refreshing: new Refreshing({ identify, sessions, subscribing, exclusions }),
    turnedAway,
    subscribing,
    reading,
    access,
    exclusions,
    commandRates: commandLimits,
    admission,
    publishing,
    clientPublishing: new ClientPublishing({
      hub,
      access,
      admission,
      publishing,
      happenings,
      clock: monotonicClock,
    }),
    pushing: new Pushing({ publishing, hub, door: "http", broadcast: sendToAll }),
    linePushing: new Pushing({ publishing, hub, door: "tcp", broadcast: sendToAll }),
    acknowledging: new Acknowledging({ hub, streams, cursors, reading, sessions, access }),
    kicking: new Kicking({
      sessions,
      connecting,
      subscribing,
      exclusions,
      observe: (event, about) => {
        logger.info({ event, ...about }, event);
        if (event === "user.kicked") observe.kicked();
        else if (event === "user.banned") observe.banned();
      },
    }),
  };
}

function subscribingLimits(config: LiveConfig): SubscribingLimits {
  return {
    get maxSubscriptions() {
      return config.values.sessions.maxSubscriptions;
    },
    get maxPatternChannels() {
      return config.values.sessions.maxPatternChannels;
    },
    get maxChannels() {
      return config.values.limits.maxChannels;
    },
    get presenceMembers() {
      return config.values.limits.presenceMembers;
    },
  };
}

/** What the person reads whose channel is taken away by new rules. */
const NO_LONGER_ALLOWED = "The channel's rules have changed and do not allow it any more.";

const HISTORY_WAITS = "channels get or lose their history when their last subscriber has left";

function whoIs(session: Session): { readonly connection: string; readonly user: string | undefined } {
  return { connection: session.connection, user: session.user ?? undefined };
}

/** Done for every message, so the fields are written out: spreading objects would cost more than the logging. */
function observePublish(logger: Logger, countPublish: CountPublish): PublishObserver {
  const event = "channel.publish";
  return (request, published) => {
    const { from, door, dataJson } = request;
    const { channel, offset, duplicate, subscribers } = published;
    const bytes = Buffer.byteLength(dataJson);
    if (from.kind === "api") {
      logger.info(
        { event, channel, from: "api", keyName: request.apiKey, bytes, offset, duplicate, subscribers },
        "message published",
      );
    } else {
      const { connection, user } = from;
      const who = { event, channel, from: "client", connection, user: user ?? undefined } as const;
      logger.info({ ...who, bytes, offset, duplicate, subscribers }, "message published");
    }
    countPublish(door, duplicate, bytes);
  };
}
