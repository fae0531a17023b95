import { type ObjectSchema, Problem } from "@tidewire/protocol";
import type { Clock, RandomId } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { TokenBucket } from "../../base/token-bucket.ts";
import { webhookHeaders } from "../../base/webhook-signature.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import { admit, type BreakerOptions, type BreakerState, CLOSED, settle } from "./breaker.ts";
import type { HttpPoster, Posted } from "../http-poster.ts";
import { readAnswer } from "./read-answer.ts";
import { Slots } from "./slots.ts";

/** What the backend can be asked. */
export type HookName = "connect" | "subscribe" | "publish" | "rpc";

/** How a call of a hook ended: with an answer, without one, or before it began (`refused`: too many wait, or the breaker is open). */
export type HookOutcome = "answered" | "failed" | "refused";

/** Told of every call, for the metrics. */
export type ObserveHook = (hook: HookName, outcome: HookOutcome, durationMs: number) => void;

/** Where and how one hook is called. */
export interface HookCallerOptions {
  readonly hook: HookName;
  readonly url: string;
  /** From asking to the answer, a retry and the waiting for a slot included. */
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly maxWaiting: number;
  readonly maxAnswerBytes: number;
  readonly breaker: BreakerOptions;
  readonly secrets: readonly string[];
  /** Whether asking twice does no harm, so that a call whose fate is unknown is tried again. */
  readonly repeatable: boolean;
}

/** What calling works with. */
export interface HookCallerPorts {
  readonly poster: HttpPoster;
  readonly clock: Clock;
  /** A clock that never jumps. */
  readonly steadyClock: Clock;
  readonly randomId: RandomId;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  readonly logger: Logger;
  readonly observe: ObserveHook;
}

const CALL_ID_BITS = 96;
/** A backend that restarts is back in a moment; one retry after 50 to 150 ms bridges it. */
const RETRY_MS = { min: 50, spread: 100 } as const;
const FULL_REPORTS = { count: 1, perMs: 60_000 } as const;

/**
 * Asks the backend one kind of question.
 *
 * It fails closed: whoever gets no answer in time, gets one that cannot be used, or finds too many waiting, is refused with `hook_failed`,
 * which is retryable. After some failures in a row nobody is asked for a while, so that a backend that lies down is not trampled.
 */
export class HookCaller {
  readonly #options: HookCallerOptions;
  readonly #ports: HookCallerPorts;
  readonly #slots: Slots;
  readonly #fullReports: TokenBucket;
  #breaker: BreakerState = CLOSED;

  constructor(options: HookCallerOptions, ports: HookCallerPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#slots = new Slots(options.maxInFlight, options.maxWaiting);
    this.#fullReports = new TokenBucket(FULL_REPORTS, ports.steadyClock.nowMs());
  }

  get hook(): HookName {
    return this.#options.hook;
  }

  get breaker(): BreakerState["kind"] {
    return this.#breaker.kind;
  }

  /** Calls under way and waiting. */
  get pending(): number {
    return this.#slots.busy + this.#slots.waiting;
  }

  /** Asks; resolves with the answer as the schema reads it, or with why there is none. `question` is one JSON object. */
  async ask<Answer>(question: string, schema: ObjectSchema<Answer>): Promise<Answer | Refusal> {
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    const { steadyClock } = this.#ports;
    const startedAtMs = steadyClock.nowMs();
    if (admit(this.#breaker, startedAtMs) === null) return this.#turnAway();
    if (!(await this.#slots.enter(signal))) return this.#full();
    try {
      // It may have opened in the meantime.
      const admitted = admit(this.#breaker, steadyClock.nowMs());
      if (admitted === null) return this.#turnAway();
      this.#breaker = admitted;
      const answer = await this.#call(question, schema, signal);
      const succeeded = !(answer instanceof Problem);
      const nowMs = steadyClock.nowMs();
      this.#settle(succeeded, nowMs);
      const { hook } = this.#options;
      const durationMs = Math.round(nowMs - startedAtMs);
      this.#ports.observe(hook, succeeded ? "answered" : "failed", durationMs);
      if (succeeded) return answer;
      const about = { event: "hook.failed", hook, problem: answer.message, durationMs } as const;
      this.#ports.logger.warn(about, "the backend did not answer a hook");
      return refuse("hook_failed");
    } finally {
      this.#slots.leave();
    }
  }

  async #call<Answer>(
    question: string,
    schema: ObjectSchema<Answer>,
    signal: AbortSignal,
  ): Promise<Answer | Problem> {
    const { poster, clock, randomId } = this.#ports;
    const { url, secrets, maxAnswerBytes, repeatable } = this.#options;
    const body = Buffer.from(question);
    const id = randomId(CALL_ID_BITS);
    const post = (): Promise<Posted> => {
      const headers = { ...webhookHeaders(id, clock.nowMs(), body, secrets), "idempotency-key": id };
      return poster.post({ url, body, headers, signal, maxAnswerBytes });
    };
    let posted = await post();
    if (!posted.ok && (repeatable || !posted.reached) && (await this.#paused(signal))) posted = await post();
    if (!posted.ok) return new Problem(posted.problem);
    if (posted.status !== 200) return new Problem(`it answered with status ${posted.status} instead of 200`);
    return readAnswer(posted.body, schema);
  }

  /** Waits before a retry; false when there is no time left for one. */
  async #paused(signal: AbortSignal): Promise<boolean> {
    const delayMs = RETRY_MS.min + this.#ports.random() * RETRY_MS.spread;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, delayMs);
    });
    return !signal.aborted;
  }

  #settle(succeeded: boolean, nowMs: number): void {
    const before = this.#breaker.kind;
    this.#breaker = settle(this.#breaker, succeeded, nowMs, this.#options.breaker);
    const after = this.#breaker.kind;
    if (before === after) return;
    const { logger } = this.#ports;
    const { hook, breaker } = this.#options;
    if (after === "open") {
      const about = { event: "hook.suspended", hook, forMs: breaker.openMs } as const;
      logger.error(about, "the backend failed too often and is not asked for a while");
    } else if (before === "probing") {
      logger.info({ event: "hook.resumed", hook }, "the backend answers again");
    }
  }

  #full(): Refusal {
    if (this.#fullReports.tryTake(this.#ports.steadyClock.nowMs())) {
      const { hook, timeoutMs: durationMs } = this.#options;
      const about = { event: "hook.failed", hook, problem: "too many calls wait", durationMs } as const;
      this.#ports.logger.warn(about, "the backend was not asked");
    }
    return this.#turnAway();
  }

  #turnAway(): Refusal {
    this.#ports.observe(this.#options.hook, "refused", 0);
    return refuse("hook_failed");
  }
}
