import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ConnectionEvent } from "../src/connection-event.ts";
import type { Phase } from "../src/connection-phase.ts";
import { type Circumstances, type MachineSettings, step } from "../src/state-machine.ts";

const MIN_MS = 500;
const CONNECT_TIMEOUT_MS = 5000;

function settingsOf(canRenewToken: boolean): MachineSettings {
  return {
    backoff: { minMs: MIN_MS, maxMs: 20_000 },
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    pongTimeoutMs: 10_000,
    probeTimeoutMs: 3000,
    canRenewToken,
  };
}

/** What the shell holds, replayed from the effects alone, with a clock that only the test moves. */
class Shell {
  phase: Phase = { at: "idle" };
  nowMs = 0;
  frames = 0;
  sockets = 0;
  /** How many doors are left in this try. */
  doors = 0;
  hasConnected = false;
  timerDueAtMs: number | undefined;
  tries: number[] = [];
  #lastFrameAtMs = 0;
  readonly #settings: MachineSettings;

  constructor(canRenewToken: boolean) {
    this.#settings = settingsOf(canRenewToken);
  }

  take(event: ConnectionEvent): void {
    const wasRunning = "attempt" in this.phase;
    const next = step(this.phase, event, this.#circumstances());
    this.phase = next.phase;
    if (this.phase.at === "connected") this.hasConnected = true;
    for (const effect of next.effects) {
      if (effect.do === "drop") this.sockets -= 1;
      if (effect.do === "timer") this.timerDueAtMs = effect.ms === null ? undefined : this.nowMs + effect.ms;
      if (effect.do === "open") {
        this.sockets += 1;
        this.doors = effect.fallBack ? this.doors - 1 : 2;
      }
      if (effect.do === "prepare") this.#beginTry(wasRunning);
    }
    const hasSocket = ["opening", "joining", "connected"].includes(this.phase.at);
    assert.equal(this.sockets, hasSocket ? 1 : 0, `sockets in ${this.phase.at}`);
    assert.equal(this.timerDueAtMs !== undefined, "attempt" in this.phase, `timer in ${this.phase.at}`);
  }

  /** Lets time pass: the timer fires at its time, or `lateMs` after it. */
  pass(ms: number, lateMs = 0): void {
    const until = this.nowMs + ms;
    while (this.timerDueAtMs !== undefined && this.timerDueAtMs + lateMs <= until) {
      this.nowMs = this.timerDueAtMs + lateMs;
      this.take({ type: "timer", lateMs });
    }
    this.nowMs = until;
  }

  hear(frames: number): void {
    this.frames += frames;
    if (frames > 0) this.#lastFrameAtMs = this.nowMs;
  }

  #beginTry(wasRunning: boolean): void {
    const sinceMs = this.nowMs - (this.tries.at(-1) ?? -Infinity);
    assert.ok(!wasRunning || sinceMs >= MIN_MS, `a try only ${sinceMs} ms after the one before`);
    this.tries.push(this.nowMs);
  }

  #circumstances(): Circumstances {
    const { nowMs, frames } = this;
    return {
      settings: this.#settings,
      nowMs,
      random: 0,
      frames,
      lastFrameAtMs: this.#lastFrameAtMs,
      hasConnected: this.hasConnected,
      canFallBack: this.doors > 0,
    };
  }
}

const anyEvent: fc.Arbitrary<ConnectionEvent> = fc.oneof(
  fc.constantFrom<ConnectionEvent>(
    { type: "connect" },
    { type: "close" },
    { type: "prepared" },
    { type: "opened" },
    { type: "connected", pingIntervalMs: 25_000 },
    { type: "wake", doubt: false },
    { type: "wake", doubt: true },
    { type: "offline" },
    { type: "hide" },
    { type: "show", doubt: true },
    { type: "show", doubt: false },
  ),
  fc
    .tuple(fc.constantFrom("rate_limited", "token_expired", "token_invalid"), fc.boolean())
    .map(([code, retryable]): ConnectionEvent => ({ type: "refused", why: { code, reason: "" }, retryable })),
  fc
    .constantFrom(1000, 1001, 1006, 1008, 4000, 4101, 4403)
    .map((code): ConnectionEvent => ({ type: "socketClosed", code, reason: "" })),
  fc.tuple(fc.constantFrom(4000, 4101, 4403), fc.boolean(), fc.nat(5000)).map(
    ([code, reconnect, retryAfterMs]): ConnectionEvent => ({
      type: "disconnect",
      code,
      reason: "",
      reconnect,
      retryAfterMs,
    }),
  ),
);

/** What happens, how long after the last event, how many frames came, and how late timers are. */
const moves = fc.array(fc.tuple(anyEvent, fc.nat(6000), fc.nat(2), fc.constantFrom(0, 0, 3000)), {
  maxLength: 80,
});

function play(shell: Shell, steps: readonly (readonly [ConnectionEvent, number, number, number])[]): void {
  for (const [event, elapsedMs, frames, lateMs] of steps) {
    shell.pass(elapsedMs, lateMs);
    shell.hear(frames);
    shell.take(event);
  }
}

test("whatever happens, there is at most one socket, no wait without a timer, and no try right after a try", () => {
  fc.assert(
    fc.property(moves, fc.boolean(), (steps, canRenewToken) => play(new Shell(canRenewToken), steps)),
  );
});

test("whatever happened, a client whose server answers nothing goes on trying, and never in a hurry", () => {
  fc.assert(
    fc.property(moves, (steps) => {
      const shell = new Shell(true);
      play(shell, steps);
      shell.take({ type: "connect" });
      if (shell.phase.at === "closed" || shell.phase.at === "kicked") return;
      const before = shell.tries.length;
      shell.pass(300_000);
      const tries = shell.tries.length - before;
      assert.ok(tries >= 5 && tries <= 60, `${tries} tries in five minutes`);
    }),
  );
});

test("whatever happened, a client whose server answers is connected at its next try", () => {
  fc.assert(
    fc.property(moves, (steps) => {
      const shell = new Shell(true);
      play(shell, steps);
      shell.take({ type: "connect" });
      for (let i = 0; i < 3 && shell.phase.at !== "connected"; i++) {
        if (shell.phase.at === "waiting") shell.pass(shell.phase.retryAtMs - shell.nowMs);
        shell.take({ type: "prepared" });
        shell.take({ type: "opened" });
        shell.take({ type: "connected", pingIntervalMs: 25_000 });
      }
      assert.equal(shell.phase.at, "connected");
    }),
  );
});
