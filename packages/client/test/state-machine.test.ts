import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CLOSE, KICK_CODES } from "@tidewire/protocol";
import { CLOSE_FORBIDDEN, CLOSE_FOR_NOW } from "../src/close-names.ts";
import type { ConnectionEvent, ConnectionEvents } from "../src/connection-event.ts";
import type { Phase, Phases } from "../src/connection-phase.ts";
import { type Circumstances, type Effect, type MachineSettings, step } from "../src/state-machine.ts";

const SETTINGS: MachineSettings = {
  backoff: { minMs: 500, maxMs: 20_000 },
  connectTimeoutMs: 5000,
  pongTimeoutMs: 10_000,
  probeTimeoutMs: 3000,
  canRenewToken: false,
};

const NOW: Circumstances = {
  settings: SETTINGS,
  nowMs: 100_000,
  random: 0,
  frames: 7,
  lastFrameAtMs: 99_000,
  hasConnected: false,
  canFallBack: false,
};
const CAN_RENEW: Partial<Circumstances> = { settings: { ...SETTINGS, canRenewToken: true } };
const CAN_FALL_BACK: Partial<Circumstances> = { canFallBack: true };
const WHY = { code: "network", reason: "The connection was lost." };

const PHASES: { readonly [At in keyof Phases]: Phase<At> } = {
  idle: { at: "idle" },
  preparing: { at: "preparing", attempt: 2, startedAtMs: 99_900 },
  opening: { at: "opening", attempt: 2, startedAtMs: 99_900 },
  joining: { at: "joining", attempt: 2, startedAtMs: 99_900 },
  connected: {
    at: "connected",
    attempt: 2,
    startedAtMs: 10_000,
    connectedAtMs: 10_100,
    pingIntervalMs: 25_000,
    probe: undefined,
  },
  waiting: {
    at: "waiting",
    attempt: 3,
    startedAtMs: 95_000,
    why: WHY,
    retryInMs: 8000,
    retryAtMs: 104_000,
    notBeforeMs: 96_000,
  },
  suspended: { at: "suspended" },
  kicked: { at: "kicked", closeCode: 4403, reason: "banned" },
  closed: { at: "closed", why: { code: "token_expired", reason: "" } },
};
const { idle, preparing, opening, joining, connected, waiting } = PHASES;

const EVENTS: { readonly [Type in keyof ConnectionEvents]: ConnectionEvent<Type> } = {
  connect: { type: "connect" },
  close: { type: "close" },
  prepared: { type: "prepared" },
  opened: { type: "opened" },
  connected: { type: "connected", pingIntervalMs: 25_000 },
  refused: { type: "refused", why: { code: "rate_limited", reason: "no" }, retryable: true },
  disconnect: { type: "disconnect", code: 4000, reason: "bye", reconnect: true, retryAfterMs: 3000 },
  socketClosed: { type: "socketClosed", code: 1006, reason: "" },
  timer: { type: "timer", lateMs: 0 },
  wake: { type: "wake", doubt: true },
  offline: { type: "offline" },
  hide: { type: "hide" },
  show: { type: "show", doubt: true },
};

/** Effects in a form that reads well in a table. */
function wordsOf(effects: readonly Effect[]): string {
  return effects
    .map((effect) => {
      if (effect.do === "timer") return effect.ms === null ? "no timer" : `timer ${effect.ms}`;
      if (effect.do === "drop") return effect.final ? "drop for good" : "drop";
      if (effect.do === "open") return effect.fallBack ? "open the next door" : "open";
      return effect.do;
    })
    .join(", ");
}

/** What an event leads to, in words; an empty text where nothing changes and nobody is told. */
function outcomeOf(from: Phase, event: ConnectionEvent, unlike: Partial<Circumstances> = {}): string {
  const next = step(from, event, { ...NOW, ...unlike });
  const effects = wordsOf(next.effects);
  if (next.phase === from && effects === "") return "";
  return effects === "" ? next.phase.at : `${next.phase.at}: ${effects}`;
}

const TRY = "preparing: timer 5000, prepare";
const LATER = "waiting: drop, timer 500";
const AWAY = "suspended: no timer, drop";
const END = "closed: no timer, drop for good";

/** The whole table: every event in every phase. What is not named changes nothing. */
const TABLE: {
  readonly [At in keyof Phases]: { readonly [Type in keyof ConnectionEvents]?: string };
} = {
  idle: { connect: TRY, close: "closed: no timer" },
  preparing: {
    close: "closed: no timer",
    prepared: "opening: timer 5000, open",
    refused: "waiting: timer 500",
    timer: "waiting: timer 500",
    hide: "suspended: no timer",
  },
  opening: {
    close: END,
    opened: "joining: timer 5000, join",
    disconnect: "waiting: drop, timer 3500",
    socketClosed: LATER,
    timer: LATER,
    hide: AWAY,
  },
  joining: {
    close: END,
    connected: "connected: timer 25000",
    refused: LATER,
    disconnect: "waiting: drop, timer 3500",
    socketClosed: LATER,
    timer: LATER,
    hide: AWAY,
  },
  connected: {
    close: END,
    disconnect: "waiting: drop, timer 3500",
    socketClosed: LATER,
    timer: "connected: timer 24000",
    wake: "connected: timer 3000, ping",
    offline: "connected: timer 3000, ping",
    hide: AWAY,
    show: "connected: timer 3000, ping",
  },
  waiting: {
    connect: TRY,
    close: "closed: no timer",
    timer: TRY,
    wake: TRY,
    hide: "suspended: no timer",
    show: TRY,
  },
  suspended: { connect: TRY, close: "closed: no timer", wake: TRY, show: TRY },
  kicked: { connect: TRY, close: "closed: no timer" },
  closed: { connect: TRY, close: "closed: no timer" },
};

describe("the table: each event in each phase", () => {
  for (const from of Object.values(PHASES)) {
    test(`in ${from.at}`, () => {
      const row = Object.fromEntries(
        Object.values(EVENTS).map((event) => [event.type, outcomeOf(from, event)]),
      );
      const nothing = Object.fromEntries(Object.keys(EVENTS).map((type) => [type, ""]));
      assert.deepEqual(row, { ...nothing, ...TABLE[from.at] });
    });
  }
});

const disconnect = (code: number, reconnect: boolean, retryAfterMs = 0): ConnectionEvent => ({
  type: "disconnect",
  code,
  reason: "said so",
  reconnect,
  retryAfterMs,
});
const socketClosed = (code: number): ConnectionEvent => ({ type: "socketClosed", code, reason: "" });
const refused = (code: string, retryable: boolean): ConnectionEvent => ({
  type: "refused",
  why: { code, reason: "no" },
  retryable,
});
const probing = (sinceFrames: number, dueAtMs: number): Phase => ({
  ...connected,
  probe: { frames: sinceFrames, dueAtMs },
});
const late = { type: "timer", lateMs: 2001 } as const;
const wake = { type: "wake", doubt: false } as const;
const { timer, wake: doubt } = EVENTS;

/** What happens in a phase, where it leads and what is done; and what is unlike the usual circumstances. */
type Row = readonly [string, Phase, ConnectionEvent, string, Partial<Circumstances>?];

const DETAILS: readonly Row[] = [
  // The way in.
  ["a refusal for good is the end", joining, refused("token_invalid", false), END],
  [
    "a kick that was not heard is one still",
    joining,
    refused("session_refused", false),
    "kicked: no timer, drop",
  ],
  ["a ban that was not heard is a kick", joining, refused("banned", false), "kicked: no timer, drop"],
  ["what can never be had is the end", preparing, refused("no_websocket", false), "closed: no timer"],
  // The next door.
  [
    "a door that does not open",
    opening,
    socketClosed(1006),
    "opening: drop, timer 5000, open the next door",
    CAN_FALL_BACK,
  ],
  ["a door that hangs", opening, timer, "opening: drop, timer 5000, open the next door", CAN_FALL_BACK],
  [
    "a door behind which nobody answers",
    joining,
    timer,
    "opening: drop, timer 5000, open the next door",
    CAN_FALL_BACK,
  ],
  ["no other door once it was connected", connected, socketClosed(1006), LATER, CAN_FALL_BACK],
  [
    "no other door for whom the server sent away",
    opening,
    socketClosed(4403),
    "kicked: no timer, drop",
    CAN_FALL_BACK,
  ],
  [
    "no other door at once, when the server was reached before",
    opening,
    socketClosed(1006),
    LATER,
    { canFallBack: true, hasConnected: true },
  ],
  [
    "but after three failures",
    { ...opening, attempt: 3 },
    socketClosed(1006),
    "opening: drop, timer 5000, open the next door",
    { canFallBack: true, hasConnected: true },
  ],
  // Close codes.
  ["4399 comes back", connected, socketClosed(4399), LATER],
  ["4400 stays away", connected, socketClosed(4400), "kicked: no timer, drop"],
  ["4999 stays away", connected, socketClosed(4999), "kicked: no timer, drop"],
  ["1006 comes back, however often", { ...connected, attempt: 5000 }, socketClosed(1006), LATER],
  ["1001 comes back", connected, socketClosed(1001), LATER],
  ["1011 comes back", connected, socketClosed(1011), LATER],
  ["1000 is the end", connected, socketClosed(1000), END],
  ["1008 is the end", connected, socketClosed(1008), END],
  ["1008 is the end while joining too", joining, socketClosed(1008), END],
  // Told to go.
  ["disconnect without reconnect is a kick", connected, disconnect(4403, false), "kicked: no timer, drop"],
  ["disconnect while joining is a kick too", joining, disconnect(4401, false), "kicked: no timer, drop"],
  // An expired token.
  ["an expired token without getToken is the end", connected, socketClosed(4101), END],
  [
    "an expired token is replaced",
    connected,
    socketClosed(4101),
    "waiting: forgetToken, drop, timer 500",
    CAN_RENEW,
  ],
  ["connect with an expired token is refused", joining, refused("token_expired", false), END],
  [
    "and the token replaced",
    joining,
    refused("token_expired", false),
    "waiting: forgetToken, drop, timer 500",
    CAN_RENEW,
  ],
  // Waiting.
  [
    "a wake does not try twice within the shortest wait",
    { ...waiting, startedAtMs: 99_800 },
    doubt,
    "waiting: timer 300",
  ],
  [
    "a wake does not come before the server's time",
    { ...waiting, notBeforeMs: 103_000 },
    doubt,
    "waiting: timer 3000",
  ],
  ["a wake never makes the wait longer", { ...waiting, notBeforeMs: 104_000 }, doubt, ""],
  // Asleep on the way in.
  ["a try that is younger than the time-out goes on", opening, doubt, ""],
  [
    "an older one may hang for good",
    { ...opening, startedAtMs: 95_000 },
    doubt,
    "preparing: drop, timer 5000, prepare",
  ],
  ["a look at another tab is no reason", { ...opening, startedAtMs: 95_000 }, wake, ""],
  ["a late timer says nothing about the server", joining, late, "preparing: drop, timer 5000, prepare"],
  // Liveness.
  [
    "a quiet connection is pinged",
    connected,
    timer,
    "connected: timer 10000, ping",
    { lastFrameAtMs: 75_000 },
  ],
  ["a busy connection is not", connected, timer, "connected: timer 15000", { lastFrameAtMs: 90_000 }],
  [
    "a clock that went back does not stretch it",
    connected,
    timer,
    "connected: timer 25000",
    { lastFrameAtMs: 900_000 },
  ],
  ["any frame after the ping proves life", probing(6, 100_000), timer, "connected: timer 24000"],
  ["no frame after it means dead", probing(7, 100_000), timer, "preparing: drop, timer 5000, prepare"],
  ["a late verdict proves nothing", probing(7, 90_000), late, "connected: timer 3000, ping"],
  ["a wake without doubt does nothing", connected, wake, ""],
  ["the first pageshow does nothing", connected, { type: "show", doubt: false }, ""],
  ["a flapping network does not put the verdict off", probing(7, 102_000), doubt, ""],
  ["a probe shortens the wait for a pong", probing(7, 109_000), doubt, "connected: timer 3000, ping"],
];

describe("what the table leaves to its transitions", () => {
  for (const [name, from, event, outcome, unlike] of DETAILS) {
    test(name, () => assert.equal(outcomeOf(from, event, unlike), outcome));
  }
});

test("failures are counted on until a connection was good for ten seconds", () => {
  const failed = (connectedAtMs: number): Phase =>
    step({ ...connected, connectedAtMs }, socketClosed(1006), NOW).phase;
  assert.deepEqual(failed(90_001), {
    at: "waiting",
    attempt: 3,
    startedAtMs: 10_000,
    why: WHY,
    retryInMs: 500,
    retryAtMs: 100_500,
    notBeforeMs: 100_000,
  });
  const afterGood = failed(90_000);
  assert.equal(afterGood.at === "waiting" && afterGood.attempt, 1);
});

test("a close code gives the offline state its name and the server's reason", () => {
  const { phase } = step(connected, { type: "socketClosed", code: 4001, reason: "too slow" }, NOW);
  assert.deepEqual(phase.at === "waiting" && phase.why, { code: "stalled", reason: "too slow" });
});

test("close codes have the names of the protocol's table", () => {
  const forNow = Object.entries(CLOSE).filter(([, code]) => code < KICK_CODES.min);
  assert.deepEqual(CLOSE_FOR_NOW, Object.fromEntries(forNow));
  assert.equal(CLOSE_FORBIDDEN, CLOSE.forbidden);
});

test("nothing but connect brings a kicked or closed client back", () => {
  for (const from of [idle, PHASES.kicked, PHASES.closed]) {
    for (const event of Object.values(EVENTS)) {
      const { phase } = step(from, event, NOW);
      assert.equal(phase.at === "preparing", event.type === "connect", `${event.type} in ${from.at}`);
    }
  }
});
