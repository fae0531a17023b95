import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  type Circumstances,
  type ConnectionEvent,
  type Effect,
  type MachineSettings,
  type Phase,
  step,
} from "../src/state-machine.ts";

const SETTINGS: MachineSettings = {
  backoff: { minMs: 500, maxMs: 20_000 },
  connectTimeoutMs: 5000,
  pongTimeoutMs: 10_000,
  probeTimeoutMs: 3000,
  canRenewToken: false,
};

const NOW: Circumstances = { nowMs: 100_000, random: 0, frames: 7, lastFrameAtMs: 99_000 };
const WHY = { code: "network", reason: "The connection was lost." };

const IDLE: Phase = { at: "idle" };
const TOKEN: Phase = { at: "token", attempt: 2, startedAtMs: 99_900 };
const OPENING: Phase = { at: "opening", attempt: 2, startedAtMs: 99_900 };
const JOINING: Phase = { at: "joining", attempt: 2, startedAtMs: 99_900 };
const CONNECTED: Phase = {
  at: "connected",
  attempt: 2,
  startedAtMs: 10_000,
  connectedAtMs: 10_100,
  pingIntervalMs: 25_000,
  probe: undefined,
};
const WAITING: Phase = {
  at: "waiting",
  attempt: 3,
  startedAtMs: 95_000,
  why: WHY,
  retryInMs: 8000,
  retryAtMs: 104_000,
  notBeforeMs: 96_000,
};
const SUSPENDED: Phase = { at: "suspended" };
const KICKED: Phase = { at: "kicked", closeCode: 4403, reason: "banned" };
const CLOSED: Phase = { at: "closed", why: { code: "token_expired", reason: "" } };

/** Effects in a form that reads well in a table. */
function wordsOf(effects: readonly Effect[]): string {
  return effects
    .map((effect) => {
      if (effect.do === "timer") return effect.ms === null ? "no timer" : `timer ${effect.ms}`;
      if (effect.do === "drop") return effect.final ? "drop for good" : "drop";
      return effect.do;
    })
    .join(", ");
}

/** What happens in a phase: where it leads and what is done; and what is unlike the usual circumstances. */
type Row = readonly [
  name: string,
  from: Phase,
  event: ConnectionEvent,
  outcome: string,
  unlike?: Partial<Circumstances & MachineSettings>,
];

const CONNECT: ConnectionEvent = { type: "connect" };
const CLOSE: ConnectionEvent = { type: "close" };
const TOKEN_CAME: ConnectionEvent = { type: "token" };
const TOKEN_FAILED: ConnectionEvent = { type: "tokenFailed" };
const OPENED: ConnectionEvent = { type: "opened" };
const JOINED: ConnectionEvent = { type: "connected", pingIntervalMs: 25_000 };
const TIMER: ConnectionEvent = { type: "timer" };
const WAKE: ConnectionEvent = { type: "wake", doubt: false };
const DOUBT: ConnectionEvent = { type: "wake", doubt: true };
const OFFLINE: ConnectionEvent = { type: "offline" };
const HIDE: ConnectionEvent = { type: "hide" };
const SHOW: ConnectionEvent = { type: "show" };

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
  ...CONNECTED,
  probe: { frames: sinceFrames, dueAtMs },
});

const TABLE: readonly Row[] = [
  // The way in.
  ["connect starts with the token", IDLE, CONNECT, "token: timer 5000, token"],
  ["with the token the socket is opened", TOKEN, TOKEN_CAME, "opening: timer 5000, open"],
  ["an open socket joins", OPENING, OPENED, "joining: timer 5000, join"],
  ["the first answer makes it connected", JOINING, JOINED, "connected: timer 25000"],
  ["connect while connecting changes nothing", OPENING, CONNECT, "opening"],
  ["connect while connected changes nothing", CONNECTED, CONNECT, "connected"],
  ["connect after a kick tries again", KICKED, CONNECT, "token: timer 5000, token"],
  // Trouble on the way in.
  ["a token that does not come is waited for no longer", TOKEN, TIMER, "waiting: timer 500"],
  ["a token that failed is tried again later", TOKEN, TOKEN_FAILED, "waiting: timer 500"],
  ["a socket that hangs in CONNECTING is dropped", OPENING, TIMER, "waiting: drop, timer 500"],
  ["a server that does not answer connect is left", JOINING, TIMER, "waiting: drop, timer 500"],
  ["a socket that does not open is tried again", OPENING, socketClosed(1006), "waiting: drop, timer 500"],
  ["a refusal for now is tried again", JOINING, refused("rate_limited", true), "waiting: drop, timer 500"],
  [
    "a refusal for good is the end",
    JOINING,
    refused("token_invalid", false),
    "closed: no timer, drop for good",
  ],
  ["a late token is not used twice", WAITING, TOKEN_CAME, "waiting"],
  ["an open event without its phase changes nothing", CONNECTED, OPENED, "connected"],
  // Close codes.
  ["4000 comes back", CONNECTED, socketClosed(4000), "waiting: drop, timer 500"],
  ["4399 comes back", CONNECTED, socketClosed(4399), "waiting: drop, timer 500"],
  ["4400 stays away", CONNECTED, socketClosed(4400), "kicked: no timer, drop"],
  ["4999 stays away", CONNECTED, socketClosed(4999), "kicked: no timer, drop"],
  [
    "1006 comes back, however often",
    { ...CONNECTED, attempt: 5000 },
    socketClosed(1006),
    "waiting: drop, timer 500",
  ],
  ["1001 comes back", CONNECTED, socketClosed(1001), "waiting: drop, timer 500"],
  ["1011 comes back", CONNECTED, socketClosed(1011), "waiting: drop, timer 500"],
  ["1000 is the end", CONNECTED, socketClosed(1000), "closed: no timer, drop for good"],
  ["1008 is the end", CONNECTED, socketClosed(1008), "closed: no timer, drop for good"],
  ["a close without a socket changes nothing", WAITING, socketClosed(4400), "waiting"],
  // Told to go.
  [
    "disconnect with reconnect waits as long as it says",
    CONNECTED,
    disconnect(4000, true, 3000),
    "waiting: drop, timer 3500",
  ],
  ["disconnect without reconnect is a kick", CONNECTED, disconnect(4403, false), "kicked: no timer, drop"],
  ["disconnect while joining is a kick too", JOINING, disconnect(4401, false), "kicked: no timer, drop"],
  // An expired token.
  [
    "an expired token without getToken is the end",
    CONNECTED,
    socketClosed(4101),
    "closed: no timer, drop for good",
  ],
  [
    "an expired token with getToken is replaced",
    CONNECTED,
    socketClosed(4101),
    "waiting: forgetToken, drop, timer 500",
    { canRenewToken: true },
  ],
  [
    "connect refused for an expired token replaces it",
    JOINING,
    refused("token_expired", false),
    "waiting: forgetToken, drop, timer 500",
    { canRenewToken: true },
  ],
  // Waiting.
  ["the wait ends with a try", WAITING, TIMER, "token: timer 5000, token"],
  ["a wake tries at once", WAITING, WAKE, "token: timer 5000, token"],
  [
    "a wake does not try twice within the shortest wait",
    { ...WAITING, startedAtMs: 99_800 },
    DOUBT,
    "waiting: timer 300",
  ],
  [
    "a wake does not come before the server's time",
    { ...WAITING, notBeforeMs: 103_000 },
    DOUBT,
    "waiting: timer 3000",
  ],
  ["a wake never makes the wait longer", { ...WAITING, notBeforeMs: 104_000 }, DOUBT, "waiting"],
  ["connect while waiting is a wake", WAITING, CONNECT, "token: timer 5000, token"],
  // Liveness.
  [
    "a quiet connection is pinged",
    CONNECTED,
    TIMER,
    "connected: timer 10000, ping",
    { lastFrameAtMs: 75_000 },
  ],
  ["a busy connection is not", CONNECTED, TIMER, "connected: timer 15000", { lastFrameAtMs: 90_000 }],
  [
    "a clock that went back does not stretch the check",
    CONNECTED,
    TIMER,
    "connected: timer 25000",
    { lastFrameAtMs: 900_000 },
  ],
  ["any frame after the ping proves life", probing(6, 100_000), TIMER, "connected: timer 24000"],
  [
    "no frame after the ping means dead, and an immediate try",
    probing(7, 100_000),
    TIMER,
    "token: drop, timer 5000, token",
  ],
  [
    "a late timer proves nothing: the machine slept",
    probing(7, 90_000),
    TIMER,
    "connected: timer 3000, ping",
  ],
  ["a wake with doubt probes", CONNECTED, DOUBT, "connected: timer 3000, ping"],
  ["a wake without doubt does nothing", CONNECTED, WAKE, "connected"],
  ["offline probes", CONNECTED, OFFLINE, "connected: timer 3000, ping"],
  ["a flapping network does not put the verdict off", probing(7, 102_000), DOUBT, "connected"],
  ["a probe shortens the wait for a pong", probing(7, 109_000), DOUBT, "connected: timer 3000, ping"],
  // The page.
  ["pagehide closes the socket", CONNECTED, HIDE, "suspended: no timer, drop"],
  ["pagehide ends a wait", WAITING, HIDE, "suspended: no timer"],
  ["pageshow connects at once", SUSPENDED, SHOW, "token: timer 5000, token"],
  ["a suspended page that is seen connects", SUSPENDED, WAKE, "token: timer 5000, token"],
  ["pagehide before connect changes nothing", IDLE, HIDE, "idle"],
  ["pageshow does not bring back a kicked client", KICKED, SHOW, "kicked"],
  ["a wake does not bring back a kicked client", KICKED, DOUBT, "kicked"],
  ["a wake does not bring back a closed client", CLOSED, DOUBT, "closed"],
  // The end.
  ["close ends the session", CONNECTED, CLOSE, "closed: no timer, drop for good"],
  ["close ends a wait", WAITING, CLOSE, "closed: no timer"],
];

describe("each row of the connection's table", () => {
  for (const [name, from, event, outcome, unlike] of TABLE) {
    test(name, () => {
      const next = step(from, event, { ...NOW, ...unlike }, { ...SETTINGS, ...unlike });
      const effects = wordsOf(next.effects);
      assert.equal(effects === "" ? next.phase.at : `${next.phase.at}: ${effects}`, outcome);
      if (outcome === from.at) assert.equal(next.phase, from, "nothing changed, so nobody is told");
    });
  }
});

test("failures are counted on until a connection was good for ten seconds", () => {
  const failed = (connectedAtMs: number): Phase =>
    step({ ...CONNECTED, connectedAtMs }, socketClosed(1006), NOW, SETTINGS).phase;
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
  const { phase } = step(CONNECTED, { type: "socketClosed", code: 4001, reason: "too slow" }, NOW, SETTINGS);
  assert.deepEqual(phase.at === "waiting" && phase.why, { code: "stalled", reason: "too slow" });
});

const anyEvent: fc.Arbitrary<ConnectionEvent> = fc.oneof(
  fc.constantFrom(CONNECT, TOKEN_CAME, TOKEN_FAILED, OPENED, JOINED, WAKE, DOUBT, OFFLINE, HIDE, SHOW, CLOSE),
  fc.boolean().map((retryable) => refused("rate_limited", retryable)),
  fc.constantFrom(1000, 1001, 1006, 1008, 4000, 4101, 4403).map(socketClosed),
  fc.tuple(fc.constantFrom(4000, 4101, 4403), fc.boolean(), fc.nat(5000)).map((args) => disconnect(...args)),
);

/** What the shell holds, replayed from the effects alone. */
class Shell {
  phase: Phase = IDLE;
  sockets = 0;
  timerDueAtMs: number | undefined;
  lastTryAtMs = -Infinity;

  take(event: ConnectionEvent, now: Circumstances, settings: MachineSettings): void {
    const wasRunning = "attempt" in this.phase;
    const next = step(this.phase, event, now, settings);
    this.phase = next.phase;
    for (const effect of next.effects) {
      if (effect.do === "open") this.sockets += 1;
      if (effect.do === "drop") this.sockets -= 1;
      if (effect.do === "timer") this.timerDueAtMs = effect.ms === null ? undefined : now.nowMs + effect.ms;
      if (effect.do !== "token") continue;
      const sinceMs = now.nowMs - this.lastTryAtMs;
      assert.ok(!wasRunning || sinceMs >= 500, `a try only ${sinceMs} ms after the one before`);
      this.lastTryAtMs = now.nowMs;
    }
    const hasSocket = ["opening", "joining", "connected"].includes(this.phase.at);
    assert.equal(this.sockets, hasSocket ? 1 : 0, `sockets in ${this.phase.at}`);
    assert.equal(this.timerDueAtMs !== undefined, "attempt" in this.phase, `timer in ${this.phase.at}`);
  }
}

test("whatever happens, there is at most one socket, no wait without a timer, and no try right after a try", () => {
  const moves = fc.array(fc.tuple(anyEvent, fc.nat(4000), fc.nat(2)), { maxLength: 80 });
  fc.assert(
    fc.property(moves, fc.boolean(), (steps, canRenewToken) => {
      const shell = new Shell();
      const settings = { ...SETTINGS, canRenewToken };
      let nowMs = 0;
      let frames = 0;
      for (const [event, elapsedMs, arrived] of steps) {
        const until = nowMs + elapsedMs;
        while (shell.timerDueAtMs !== undefined && shell.timerDueAtMs <= until) {
          nowMs = shell.timerDueAtMs;
          shell.take(TIMER, { nowMs, random: 0, frames, lastFrameAtMs: nowMs - 30_000 }, settings);
        }
        nowMs = until;
        frames += arrived;
        shell.take(event, { nowMs, random: 0, frames, lastFrameAtMs: nowMs }, settings);
      }
    }),
  );
});

test("a phase that is over hears nothing", () => {
  for (const from of [KICKED, CLOSED, IDLE]) {
    const events: readonly ConnectionEvent[] = [
      socketClosed(1006),
      disconnect(4000, true),
      TIMER,
      WAKE,
      OPENED,
      JOINED,
    ];
    for (const event of events) {
      assert.equal(step(from, event, NOW, SETTINGS).phase, from, `${event.type} in ${from.at}`);
    }
  }
});
