import { type ObjectSchema, Problem } from "@tidewire/protocol";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import { connectAnswer, dataAnswer, hookAnswer } from "./answers.ts";
import type { Asking } from "./asking.ts";
import type { HookName, ObserveHook } from "./hook-caller.ts";
import type { HookFunctions } from "./hook-functions.ts";
import { readAnswer } from "./read-answer.ts";

/** What asking functions works with. */
export interface FunctionPorts {
  /** How long each function may take. */
  readonly timeoutMs: Readonly<Record<HookName, number>>;
  /** A clock that never jumps. */
  readonly steadyClock: Clock;
  readonly logger: Logger;
  readonly observe: ObserveHook;
}

/** Asks functions of the program that the server is a part of. */
export function askFunctions(functions: HookFunctions, ports: FunctionPorts): Asking {
  const { connect, subscribe, publish, rpc } = functions;
  return {
    connect:
      connect === undefined
        ? null
        : (question, infoJson) =>
            ask(
              "connect",
              () => connect({ ...question, info: infoJson === null ? undefined : parse(infoJson) }),
              connectAnswer,
              ports,
            ),
    subscribe:
      subscribe === undefined
        ? null
        : (question) => ask("subscribe", () => subscribe(question), hookAnswer, ports),
    publish:
      publish === undefined
        ? null
        : (question, dataJson) =>
            ask("publish", () => publish({ ...question, data: parse(dataJson) }), dataAnswer, ports),
    rpc:
      rpc === undefined
        ? null
        : (question, dataJson) =>
            ask("rpc", () => rpc({ ...question, data: parse(dataJson) }), dataAnswer, ports),
  };
}

async function ask<Answer>(
  hook: HookName,
  answering: () => unknown,
  schema: ObjectSchema<Answer>,
  { timeoutMs, steadyClock, logger, observe }: FunctionPorts,
): Promise<Answer | Refusal> {
  const startedAtMs = steadyClock.nowMs();
  const answer = await inTime(answerOf(answering, schema), timeoutMs[hook]);
  const durationMs = Math.round(steadyClock.nowMs() - startedAtMs);
  observe(hook, answer instanceof Failure ? "failed" : "answered", durationMs);
  if (!(answer instanceof Failure)) return answer;
  const { problem, err } = answer;
  logger.warn({ event: "hook.failed", hook, problem, durationMs, err }, "a hook's function gave no answer");
  return refuse("hook_failed");
}

/** Why there is no answer. */
class Failure {
  readonly problem: string;
  /** What the function threw; undefined when it did not. */
  readonly err: unknown;

  constructor(problem: string, err?: unknown) {
    this.problem = problem;
    this.err = err;
  }
}

/** An answer is what its JSON says, as if it came from another process. */
async function answerOf<Answer>(
  answering: () => unknown,
  schema: ObjectSchema<Answer>,
): Promise<Answer | Failure> {
  try {
    const json: string | undefined = JSON.stringify(await answering());
    const answer = readAnswer(json ?? "", schema);
    return answer instanceof Problem ? new Failure(answer.message) : answer;
  } catch (error) {
    return new Failure("it threw", error);
  }
}

async function inTime<Answer>(answer: Promise<Answer>, timeoutMs: number): Promise<Answer | Failure> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Failure>((resolve) => {
    timer = setTimeout(() => resolve(new Failure(`it took longer than ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function parse(json: string): unknown {
  return JSON.parse(json);
}
