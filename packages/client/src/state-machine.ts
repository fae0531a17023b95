import { CLOSE, mayReconnect } from "@tidewire/protocol";
import { backoffMs, type BackoffBounds } from "./backoff.ts";

/*
 * The life of the connection as a pure function: what happened goes in, the next phase and what to do come out.
 *
 *   idle ─► token ─► opening ─► joining ─► connected
 *              ▲         │          │          │
 *              └─────── waiting ◄───┴──────────┘      any ─► suspended, stopped
 *
 * There is one timer: a phase that waits for something has it, and entering another phase sets or stops it. There is
 * one socket: it exists in opening, joining and connected, and whatever leaves these drops it.
 */

/** A ping that waits for a sign of life. */
interface Probe {
  /** How many frames had arrived when it was sent: any further one answers it. */
  readonly frames: number;
  readonly dueAtMs: number;
}

/** Where the connection is. */
export type Phase =
  | { readonly at: "idle" }
  /** Waiting for a token, for the socket to open, for the server's first answer. */
  | { readonly at: "token" | "opening" | "joining"; readonly attempt: number; readonly startedAtMs: number }
  | {
      readonly at: "connected";
      readonly attempt: number;
      readonly startedAtMs: number;
      readonly connectedAtMs: number;
      readonly pingIntervalMs: number;
      readonly probe: Probe | undefined;
    }
  | {
      readonly at: "waiting";
      readonly attempt: number;
      readonly startedAtMs: number;
      readonly why: Why;
      readonly retryInMs: number;
      readonly retryAtMs: number;
      /** What the server asked for; nothing makes the wait shorter than this. */
      readonly notBeforeMs: number;
    }
  | { readonly at: "suspended" }
  | { readonly at: "kicked"; readonly closeCode: number; readonly reason: string }
  | { readonly at: "closed"; readonly why: Why };

/** Why there is no connection: a short code, and a sentence for the person. */
interface Why {
  readonly code: string;
  readonly reason: string;
}

/** What happened. */
export type ConnectionEvent =
  /** The program called `connect()`, or `close()`. */
  | { readonly type: "connect" | "close" }
  /** The token is there, or there is none to wait for. */
  | { readonly type: "token" }
  | { readonly type: "tokenFailed" }
  | { readonly type: "opened" }
  | { readonly type: "connected"; readonly pingIntervalMs: number }
  /** The server answered `connect` with an error. */
  | { readonly type: "refused"; readonly why: Why; readonly retryable: boolean }
  | {
      readonly type: "disconnect";
      readonly code: number;
      readonly reason: string;
      readonly reconnect: boolean;
      readonly retryAfterMs: number;
    }
  | { readonly type: "socketClosed"; readonly code: number; readonly reason: string }
  | { readonly type: "timer" }
  /** The page came to the front, or the network came back; `doubt` says that the socket may have died meanwhile. */
  | { readonly type: "wake"; readonly doubt: boolean }
  /** The network went away. */
  | { readonly type: "offline" }
  /** The page is put away, and comes back. */
  | { readonly type: "hide" | "show" };

/** What to do, in this order. */
export type Effect =
  /** Get a token if one is needed, then say `token` or `tokenFailed`. */
  | { readonly do: "token" }
  /** The cached token is worth nothing. */
  | { readonly do: "forgetToken" }
  | { readonly do: "open" }
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
  readonly nowMs: number;
  /** From 0 to below 1. */
  readonly random: number;
  /** How many frames have arrived on this socket, and when the last one did. */
  readonly frames: number;
  readonly lastFrameAtMs: number;
}

/** The next phase, the same object when nothing changed, and what to do. */
export interface Step {
  readonly phase: Phase;
  readonly effects: readonly Effect[];
}

/** A connection that lasted this long was good: the count of failures begins anew. */
const GOOD_AFTER_MS = 10_000;

/** A timer this late was held up by a sleeping machine or a frozen page, and so were the frames it waited for. */
const LATE_MS = 2000;

const TOKEN_EXPIRED = "token_expired";
const CLOSED: Why = { code: "closed", reason: "close() was called" };
const TIMED_OUT: Why = { code: "timeout", reason: "The server did not answer in time." };
const TOKEN_FAILED: Why = { code: "token_failed", reason: "No token could be fetched." };
const NETWORK: Why = { code: "network", reason: "The connection was lost." };

/** Tells what an event leads to. Pure: no clock, no randomness, no memory. */
export function step(
  phase: Phase,
  event: ConnectionEvent,
  now: Circumstances,
  settings: MachineSettings,
): Step {
  switch (event.type) {
    case "connect":
      return connect(phase, now, settings);
    case "close":
      return stop(phase, { at: "closed", why: CLOSED });
    case "token":
      if (phase.at !== "token") return stay(phase);
      return wait({ ...phase, at: "opening" }, settings.connectTimeoutMs, { do: "open" });
    case "tokenFailed":
      return phase.at === "token" ? fail(phase, TOKEN_FAILED, 0, now, settings) : stay(phase);
    case "opened":
      if (phase.at !== "opening") return stay(phase);
      return wait({ ...phase, at: "joining" }, settings.connectTimeoutMs, { do: "join" });
    case "connected":
      return phase.at === "joining" ? connected(phase, event.pingIntervalMs, now) : stay(phase);
    case "refused":
      return refused(phase, event.why, event.retryable, now, settings);
    case "disconnect":
      if (!hasSocket(phase)) return stay(phase);
      return ended(phase, event.code, event.reason, event.reconnect, event.retryAfterMs, now, settings);
    case "socketClosed":
      if (!hasSocket(phase)) return stay(phase);
      return ended(phase, event.code, event.reason, mayReconnect(event.code), 0, now, settings);
    case "timer":
      return timer(phase, now, settings);
    case "wake":
      return wake(phase, event.doubt, now, settings);
    case "offline":
      return phase.at === "connected" ? probe(phase, settings.probeTimeoutMs, now) : stay(phase);
    case "hide":
      return isRunning(phase) ? stop(phase, { at: "suspended" }) : stay(phase);
    case "show":
      return phase.at === "suspended" ? start(0, now, settings) : stay(phase);
  }
}

type Connected = Extract<Phase, { at: "connected" }>;
type Waiting = Extract<Phase, { at: "waiting" }>;
type Running = Extract<Phase, { attempt: number }>;
type WithSocket = Exclude<Running, Waiting>;

/** Whether the client is trying to be connected, or is. */
function isRunning(phase: Phase): phase is Running {
  return "attempt" in phase;
}

/** Whether a socket may exist. In `token` there is none yet, but to drop none does no harm. */
function hasSocket(phase: Phase): phase is WithSocket {
  return phase.at === "opening" || phase.at === "joining" || phase.at === "connected";
}

function stay(phase: Phase): Step {
  return { phase, effects: [] };
}

function wait(phase: Phase, ms: number, effect: Effect): Step {
  return { phase, effects: [{ do: "timer", ms }, effect] };
}

function start(attempt: number, now: Circumstances, settings: MachineSettings): Step {
  return wait({ at: "token", attempt, startedAtMs: now.nowMs }, settings.connectTimeoutMs, { do: "token" });
}

function stop(phase: Phase, next: Phase): Step {
  const effects: Effect[] = [{ do: "timer", ms: null }];
  if (hasSocket(phase)) effects.push({ do: "drop", final: next.at === "closed" });
  return { phase: next, effects };
}

function connect(phase: Phase, now: Circumstances, settings: MachineSettings): Step {
  if (phase.at === "waiting") return retrySooner(phase, now, settings);
  return isRunning(phase) ? stay(phase) : start(0, now, settings);
}

function connected(phase: Running, pingIntervalMs: number, now: Circumstances): Step {
  const { attempt, startedAtMs } = phase;
  return {
    phase: {
      at: "connected",
      attempt,
      startedAtMs,
      connectedAtMs: now.nowMs,
      pingIntervalMs,
      probe: undefined,
    },
    effects: [{ do: "timer", ms: pingIntervalMs }],
  };
}

/** How many failures in a row the next one will be counted after. */
function attemptsBefore(phase: Running, now: Circumstances): number {
  const wasGood = phase.at === "connected" && now.nowMs - phase.connectedAtMs >= GOOD_AFTER_MS;
  return wasGood ? 0 : phase.attempt;
}

/** Drops the socket and schedules the next try, `retryAfterMs` and a random part later. */
function fail(
  phase: WithSocket,
  why: Why,
  retryAfterMs: number,
  now: Circumstances,
  settings: MachineSettings,
): Step {
  const attempt = attemptsBefore(phase, now);
  const retryInMs = retryAfterMs + backoffMs(attempt, now.random, settings.backoff);
  const waiting: Phase = {
    at: "waiting",
    attempt: attempt + 1,
    startedAtMs: phase.startedAtMs,
    why,
    retryInMs,
    retryAtMs: now.nowMs + retryInMs,
    notBeforeMs: now.nowMs + retryAfterMs,
  };
  const drop: Effect[] = hasSocket(phase) ? [{ do: "drop", final: false }] : [];
  return { phase: waiting, effects: [...drop, { do: "timer", ms: retryInMs }] };
}

/** The connection ended with a close code, by a `disconnect` message or by the close itself. */
function ended(
  phase: WithSocket,
  code: number,
  reason: string,
  reconnect: boolean,
  retryAfterMs: number,
  now: Circumstances,
  settings: MachineSettings,
): Step {
  const why = whyOf(code, reason);
  if (code === CLOSE.tokenExpired) return expired(phase, why, now, settings);
  if (reconnect) return fail(phase, why, retryAfterMs, now, settings);
  if (code >= CLOSE.kicked) return stop(phase, { at: "kicked", closeCode: code, reason: why.reason });
  return stop(phase, { at: "closed", why });
}

function refused(
  phase: Phase,
  why: Why,
  retryable: boolean,
  now: Circumstances,
  settings: MachineSettings,
): Step {
  if (phase.at !== "joining") return stay(phase);
  if (why.code === TOKEN_EXPIRED) return expired(phase, why, now, settings);
  return retryable ? fail(phase, why, 0, now, settings) : stop(phase, { at: "closed", why });
}

function expired(phase: WithSocket, why: Why, now: Circumstances, settings: MachineSettings): Step {
  if (!settings.canRenewToken) return stop(phase, { at: "closed", why: { ...why, code: TOKEN_EXPIRED } });
  const failed = fail(phase, why, 0, now, settings);
  return { ...failed, effects: [{ do: "forgetToken" }, ...failed.effects] };
}

function timer(phase: Phase, now: Circumstances, settings: MachineSettings): Step {
  switch (phase.at) {
    case "token":
    case "opening":
    case "joining":
      return fail(phase, TIMED_OUT, 0, now, settings);
    case "waiting":
      return start(phase.attempt, now, settings);
    case "connected":
      return heartbeat(phase, now, settings);
    case "idle":
    case "suspended":
    case "kicked":
    case "closed":
      return stay(phase);
  }
}

/** Looks after a socket whatever its `readyState` says: frames that arrive are the only sign of life. */
function heartbeat(phase: Connected, now: Circumstances, settings: MachineSettings): Step {
  const { probe: pending, pingIntervalMs } = phase;
  if (pending !== undefined && now.frames <= pending.frames) {
    if (now.nowMs - pending.dueAtMs > LATE_MS) return probe(phase, settings.probeTimeoutMs, now);
    // The silence was long enough already to try again at once; a try that fails waits.
    const retry = start(attemptsBefore(phase, now), now, settings);
    return { ...retry, effects: [{ do: "drop", final: false }, ...retry.effects] };
  }
  const quietMs = now.nowMs - now.lastFrameAtMs;
  if (quietMs >= pingIntervalMs) return probe(phase, settings.pongTimeoutMs, now);
  const checkInMs = Math.min(pingIntervalMs, pingIntervalMs - quietMs);
  return { phase: { ...phase, probe: undefined }, effects: [{ do: "timer", ms: checkInMs }] };
}

function probe(phase: Connected, withinMs: number, now: Circumstances): Step {
  const { probe: before } = phase;
  // A network that flaps must not put off the verdict of the ping that is out already.
  const isSooner =
    before !== undefined && before.frames === now.frames && before.dueAtMs <= now.nowMs + withinMs;
  if (isSooner && before.dueAtMs > now.nowMs) return stay(phase);
  const pending: Probe = { frames: now.frames, dueAtMs: now.nowMs + withinMs };
  return wait({ ...phase, probe: pending }, withinMs, { do: "ping" });
}

function wake(phase: Phase, doubt: boolean, now: Circumstances, settings: MachineSettings): Step {
  switch (phase.at) {
    case "waiting":
      return retrySooner(phase, now, settings);
    case "suspended":
      return start(0, now, settings);
    case "connected":
      return doubt ? probe(phase, settings.probeTimeoutMs, now) : stay(phase);
    case "idle":
    case "token":
    case "opening":
    case "joining":
    case "kicked":
    case "closed":
      return stay(phase);
  }
}

/** Tries at once, but never sooner than the server allowed, nor twice within the shortest wait. */
function retrySooner(phase: Waiting, now: Circumstances, settings: MachineSettings): Step {
  const allowedAtMs = Math.max(phase.notBeforeMs, phase.startedAtMs + settings.backoff.minMs);
  const retryInMs = allowedAtMs - now.nowMs;
  if (retryInMs <= 0) return start(phase.attempt, now, settings);
  if (allowedAtMs >= phase.retryAtMs) return stay(phase);
  return {
    phase: { ...phase, retryInMs, retryAtMs: allowedAtMs },
    effects: [{ do: "timer", ms: retryInMs }],
  };
}

function whyOf(closeCode: number, reason: string): Why {
  const known = Object.entries(CLOSE).find(([, code]) => code === closeCode);
  if (known === undefined) return { code: NETWORK.code, reason: reason === "" ? NETWORK.reason : reason };
  return { code: known[0], reason: reason === "" ? NETWORK.reason : reason };
}
