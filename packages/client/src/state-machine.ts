import { KICK_CODES, mayReconnect } from "@tidewire/protocol";
import { backoffMs, type BackoffBounds } from "./backoff.ts";
import { CLOSE_FOR_NOW, CLOSE_FORBIDDEN } from "./close-names.ts";
import type { ConnectionEvent, ConnectionEvents } from "./connection-event.ts";
import type { Phase, Phases, Probe, Why } from "./connection-phase.ts";

/*
 * The life of the connection as a table: what happened in which phase goes in, the next phase and what to do come out.
 *
 *   idle ─► preparing ─► opening ─► joining ─► connected
 *               ▲            │         │           │
 *               └───────── waiting ◄───┴───────────┘      any ─► suspended, kicked, closed
 *
 * There is one timer: a phase that waits for something has it, and entering another phase sets or stops it. There is
 * one socket: it exists in opening, joining and connected, and whatever leaves these drops it.
 */

/** What to do, in this order. */
export type Effect =
  /** Get what a connection needs, then say `prepared` or `refused`. */
  | { readonly do: "prepare" }
  /** The token at hand is worth nothing. */
  | { readonly do: "forgetToken" }
  /** Open a socket at the door that is chosen; with `fallBack` at the next one. */
  | { readonly do: "open"; readonly fallBack: boolean }
  /** Send `connect`. */
  | { readonly do: "join" }
  | { readonly do: "ping" }
  /** Close the socket and hear nothing more of it. `final` says that the client does not mean to come back. */
  | { readonly do: "drop"; readonly final: boolean }
  /** Replace the timer; null stops it. */
  | { readonly do: "timer"; readonly ms: number | null };

/** The settings that decide. */
export interface MachineSettings {
  readonly backoff: BackoffBounds;
  readonly connectTimeoutMs: number;
  readonly pongTimeoutMs: number;
  readonly probeTimeoutMs: number;
  /** Whether an expired token can be replaced. */
  readonly canRenewToken: boolean;
}

/** What the outside is like at the moment of an event. */
export interface Circumstances {
  readonly settings: MachineSettings;
  readonly nowMs: number;
  /** From 0 to below 1. */
  readonly random: number;
  /** How many frames have arrived on this socket, and when the last one did. */
  readonly frames: number;
  readonly lastFrameAtMs: number;
  /** Whether this client was ever connected: then its server is away, rather than behind another door. */
  readonly hasConnected: boolean;
  /** Whether there is another door to try before this try counts as failed. */
  readonly canFallBack: boolean;
}

/** The next phase, the same object when nothing changed, and what to do. */
export interface Step {
  readonly phase: Phase;
  readonly effects: readonly Effect[];
}

type Transition<At extends keyof Phases, Type extends keyof ConnectionEvents> = (
  phase: Phase<At>,
  event: ConnectionEvent<Type>,
  now: Circumstances,
) => Step;

type Row<At extends keyof Phases> = {
  readonly [Type in keyof ConnectionEvents]?: Transition<At, Type>;
};

type Connecting = "preparing" | "opening" | "joining";
type WithSocket = "opening" | "joining" | "connected";
type Running = Connecting | "connected" | "waiting";

/** A connection that lasted this long was good: the count of failures begins anew. */
const GOOD_AFTER_MS = 10_000;

/** A timer this late was held up by a sleeping machine or a frozen page, and so were the frames it waited for. */
const LATE_MS = 2000;

/** After so many failures a server that was reached before may have come to be behind another door. */
const AWAY_ATTEMPTS = 3;

const TOKEN_EXPIRED = "token_expired";

/** What `connect` is refused with after a kick that the client was not there to hear of. */
const SENT_AWAY: readonly string[] = ["session_refused", "banned"];

const CLOSED: Why = { code: "closed", reason: "close() was called" };
const TIMED_OUT: Why = { code: "timeout", reason: "The server did not answer in time." };
/** The connection must wait for a token, and gets none. */
export const NO_TOKEN: Why = { code: "token_failed", reason: "No token came." };
const NETWORK: Why = { code: "network", reason: "The connection was lost." };

/** The table. An event that a row does not name changes nothing there. */
const TABLE: { readonly [At in keyof Phases]: Row<At> } = {
  idle: { connect: begin, close },
  preparing: {
    close,
    prepared: (phase, _, now) => open(phase, false, now),
    refused: refuse,
    timer: (phase, _, now) => fail(phase, NO_TOKEN, 0, now),
    wake: hurry,
    hide: suspend,
  },
  opening: {
    close,
    opened: (phase, _, now) =>
      wait({ ...phase, at: "joining" }, now.settings.connectTimeoutMs, { do: "join" }),
    disconnect,
    socketClosed: lose,
    timer: giveUp,
    wake: hurry,
    hide: suspend,
  },
  joining: {
    close,
    connected: join,
    refused: refuse,
    disconnect,
    socketClosed: lose,
    timer: giveUp,
    wake: hurry,
    hide: suspend,
  },
  connected: {
    close,
    disconnect,
    socketClosed: (phase, { code, reason }, now) => end(phase, code, reason, mayReconnect(code), 0, now),
    timer: heartbeat,
    wake: doubt,
    offline: (phase, _, now) => probe(phase, now.settings.probeTimeoutMs, now),
    hide: suspend,
    show: doubt,
  },
  waiting: {
    connect: retrySooner,
    close,
    timer: (phase, _, now) => start(phase.attempt, now),
    wake: retrySooner,
    hide: suspend,
    show: retrySooner,
  },
  suspended: { connect: begin, close, wake: begin, show: begin },
  kicked: { connect: begin, close },
  closed: { connect: begin, close },
};

/** Tells what an event leads to. Pure: no clock, no randomness, no memory. */
export function step(phase: Phase, event: ConnectionEvent, now: Circumstances): Step {
  return transit(phase, event, now) ?? stay(phase);
}

function transit<At extends keyof Phases, Type extends keyof ConnectionEvents>(
  phase: Phase<At>,
  event: ConnectionEvent<Type>,
  now: Circumstances,
): Step | undefined {
  const row: Row<At> = TABLE[phase.at];
  const transition: Transition<At, Type> | undefined = row[event.type];
  return transition?.(phase, event, now);
}

function stay(phase: Phase): Step {
  return { phase, effects: [] };
}

function wait(phase: Phase, ms: number, effect: Effect): Step {
  return { phase, effects: [{ do: "timer", ms }, effect] };
}

function begin(_phase: Phase, _event: ConnectionEvent, now: Circumstances): Step {
  return start(0, now);
}

function start(attempt: number, now: Circumstances): Step {
  const phase: Phase = { at: "preparing", attempt, startedAtMs: now.nowMs };
  return wait(phase, now.settings.connectTimeoutMs, { do: "prepare" });
}

/** Begins a try in place of one that is under way. */
function restart(phase: Phase<Running>, attempt: number, now: Circumstances): Step {
  return dropping(phase, start(attempt, now));
}

/** Drops the socket of a phase before anything else. */
function dropping(phase: Phase, { phase: next, effects }: Step): Step {
  return { phase: next, effects: [...dropOf(phase, false), ...effects] };
}

function open(phase: Phase<Connecting>, fallBack: boolean, now: Circumstances): Step {
  const { attempt, startedAtMs } = phase;
  const ms = now.settings.connectTimeoutMs;
  return wait({ at: "opening", attempt, startedAtMs }, ms, { do: "open", fallBack });
}

function dropOf(phase: Phase, final: boolean): readonly Effect[] {
  const hasSocket = phase.at === "opening" || phase.at === "joining" || phase.at === "connected";
  return hasSocket ? [{ do: "drop", final }] : [];
}

function stop(phase: Phase, next: Phase): Step {
  return { phase: next, effects: [{ do: "timer", ms: null }, ...dropOf(phase, next.at === "closed")] };
}

function close(phase: Phase): Step {
  return stop(phase, { at: "closed", why: CLOSED });
}

function suspend(phase: Phase): Step {
  return stop(phase, { at: "suspended" });
}

function join(phase: Phase<"joining">, event: ConnectionEvent<"connected">, now: Circumstances): Step {
  const { attempt, startedAtMs } = phase;
  const { pingIntervalMs } = event;
  const { nowMs: connectedAtMs } = now;
  return {
    phase: { at: "connected", attempt, startedAtMs, connectedAtMs, pingIntervalMs, probe: undefined },
    effects: [{ do: "timer", ms: pingIntervalMs }],
  };
}

/** How many failures in a row the next one will be counted after. */
function attemptsBefore(phase: Phase<Running>, now: Circumstances): number {
  const wasGood = phase.at === "connected" && now.nowMs - phase.connectedAtMs >= GOOD_AFTER_MS;
  return wasGood ? 0 : phase.attempt;
}

/** Drops the socket and schedules the next try, `retryAfterMs` and a random part later. */
function fail(phase: Phase<Running>, why: Why, retryAfterMs: number, now: Circumstances): Step {
  const attempt = attemptsBefore(phase, now);
  const retryInMs = retryAfterMs + backoffMs(attempt, now.random, now.settings.backoff);
  const waiting: Phase = {
    at: "waiting",
    attempt: attempt + 1,
    startedAtMs: phase.startedAtMs,
    why,
    retryInMs,
    retryAtMs: now.nowMs + retryInMs,
    notBeforeMs: now.nowMs + retryAfterMs,
  };
  return { phase: waiting, effects: [...dropOf(phase, false), { do: "timer", ms: retryInMs }] };
}

/** A socket that did not lead to a connection: another door may. */
function failToConnect(phase: Phase<"opening" | "joining">, why: Why, now: Circumstances): Step {
  const isWorthIt = !now.hasConnected || phase.attempt >= AWAY_ATTEMPTS;
  if (!now.canFallBack || !isWorthIt) return fail(phase, why, 0, now);
  return dropping(phase, open(phase, true, now));
}

function lose(
  phase: Phase<"opening" | "joining">,
  { code, reason }: ConnectionEvent<"socketClosed">,
  now: Circumstances,
): Step {
  // The server's own codes are an answer. Else the network spoke, or something in between.
  const isAnswer = code >= CLOSE_FOR_NOW.shutdown || !mayReconnect(code);
  if (isAnswer) return end(phase, code, reason, mayReconnect(code), 0, now);
  return failToConnect(phase, whyOf(code, reason), now);
}

function giveUp(
  phase: Phase<"opening" | "joining">,
  { lateMs }: ConnectionEvent<"timer">,
  now: Circumstances,
): Step {
  // The machine slept, and that the server did not answer in its sleep says nothing about the server.
  return lateMs > LATE_MS ? restart(phase, phase.attempt, now) : failToConnect(phase, TIMED_OUT, now);
}

/** A try that was under way before the page slept may hang for good, and is made again. */
function hurry(phase: Phase<Connecting>, event: ConnectionEvent<"wake">, now: Circumstances): Step {
  const isOld = now.nowMs - phase.startedAtMs >= now.settings.connectTimeoutMs;
  return event.doubt && isOld ? restart(phase, phase.attempt, now) : stay(phase);
}

function disconnect(
  phase: Phase<WithSocket>,
  { code, reason, reconnect, retryAfterMs }: ConnectionEvent<"disconnect">,
  now: Circumstances,
): Step {
  return end(phase, code, reason, reconnect, retryAfterMs, now);
}

/** The connection ended with a close code, by a `disconnect` message or by the close itself. */
function end(
  phase: Phase<WithSocket>,
  code: number,
  reason: string,
  reconnect: boolean,
  retryAfterMs: number,
  now: Circumstances,
): Step {
  const why = whyOf(code, reason);
  if (code === CLOSE_FOR_NOW.tokenExpired) return expire(phase, why, now);
  if (reconnect) return fail(phase, why, retryAfterMs, now);
  if (code >= KICK_CODES.min) return stop(phase, { at: "kicked", closeCode: code, reason: why.reason });
  return stop(phase, { at: "closed", why });
}

function refuse(
  phase: Phase<Connecting>,
  { why, retryable, retryAfterMs = 0 }: ConnectionEvent<"refused">,
  now: Circumstances,
): Step {
  if (why.code === TOKEN_EXPIRED) return expire(phase, why, now);
  if (SENT_AWAY.includes(why.code)) {
    return stop(phase, { at: "kicked", closeCode: CLOSE_FORBIDDEN, reason: why.reason });
  }
  return retryable ? fail(phase, why, retryAfterMs, now) : stop(phase, { at: "closed", why });
}

function expire(phase: Phase<Running>, why: Why, now: Circumstances): Step {
  if (!now.settings.canRenewToken) {
    return stop(phase, { at: "closed", why: { ...why, code: TOKEN_EXPIRED } });
  }
  const { phase: next, effects } = fail(phase, why, 0, now);
  return { phase: next, effects: [{ do: "forgetToken" }, ...effects] };
}

/** Looks after a socket whatever its `readyState` says: frames that arrive are the only sign of life. */
function heartbeat(
  phase: Phase<"connected">,
  { lateMs }: ConnectionEvent<"timer">,
  now: Circumstances,
): Step {
  const { probe: pending, pingIntervalMs } = phase;
  const { probeTimeoutMs, pongTimeoutMs } = now.settings;
  if (pending !== undefined && now.frames <= pending.frames) {
    if (lateMs > LATE_MS) return probe(phase, probeTimeoutMs, now);
    // The silence was long enough already to try again at once; a try that fails waits.
    return restart(phase, attemptsBefore(phase, now), now);
  }
  const quietMs = now.nowMs - now.lastFrameAtMs;
  if (quietMs >= pingIntervalMs) return probe(phase, pongTimeoutMs, now);
  const checkInMs = Math.min(pingIntervalMs, pingIntervalMs - quietMs);
  return { phase: { ...phase, probe: undefined }, effects: [{ do: "timer", ms: checkInMs }] };
}

function doubt(phase: Phase<"connected">, event: ConnectionEvent<"wake" | "show">, now: Circumstances): Step {
  return event.doubt ? probe(phase, now.settings.probeTimeoutMs, now) : stay(phase);
}

function probe(phase: Phase<"connected">, withinMs: number, now: Circumstances): Step {
  const { probe: before } = phase;
  // A network that flaps must not put off the verdict of the ping that is out already.
  const isSooner =
    before !== undefined && before.frames === now.frames && before.dueAtMs <= now.nowMs + withinMs;
  if (isSooner && before.dueAtMs > now.nowMs) return stay(phase);
  const pending: Probe = { frames: now.frames, dueAtMs: now.nowMs + withinMs };
  return wait({ ...phase, probe: pending }, withinMs, { do: "ping" });
}

/** Tries at once, but never sooner than the server allowed, nor twice within the shortest wait. */
function retrySooner(phase: Phase<"waiting">, _event: ConnectionEvent, now: Circumstances): Step {
  const allowedAtMs = Math.max(phase.notBeforeMs, phase.startedAtMs + now.settings.backoff.minMs);
  const retryInMs = allowedAtMs - now.nowMs;
  if (retryInMs <= 0) return start(phase.attempt, now);
  if (allowedAtMs >= phase.retryAtMs) return stay(phase);
  return {
    phase: { ...phase, retryInMs, retryAtMs: allowedAtMs },
    effects: [{ do: "timer", ms: retryInMs }],
  };
}

function whyOf(closeCode: number, reason: string): Why {
  const known = Object.entries(CLOSE_FOR_NOW).find(([, code]) => code === closeCode);
  return { code: known?.[0] ?? NETWORK.code, reason: reason === "" ? NETWORK.reason : reason };
}
