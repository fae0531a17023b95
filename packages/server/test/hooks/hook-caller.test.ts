import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { boundedText, objectOf, optional, trueOrFalse } from "@tidewire/protocol";
import { Webhook } from "standardwebhooks";
import { randomId } from "../../src/base/random-id.ts";
import { systemClock } from "../../src/base/system-clock.ts";
import { HookCaller, type HookCallerOptions, type HookOutcome } from "../../src/hooks/ask/hook-caller.ts";
import { HttpPoster } from "../../src/hooks/http-poster.ts";
import { type AnswerBackend, type BackendServer, SECRET, startBackend } from "../support/backend-server.ts";
import { PATIENCE_MS } from "../support/deadline.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { RecordingLogger } from "../support/recording-logger.ts";

interface Answer {
  readonly allow: boolean;
  readonly word?: string;
}

const ANSWER = objectOf<Answer>({ allow: trueOrFalse, word: optional(boundedText(1, 10)) });

interface Setting {
  readonly backend: BackendServer;
  readonly caller: HookCaller;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  readonly outcomes: HookOutcome[];
  /** What the caller made of one question: the answer, or the code of its refusal. */
  readonly ask: (question?: string) => Promise<unknown>;
}

async function start(
  t: TestContext,
  answer: AnswerBackend,
  options: Partial<HookCallerOptions> = {},
): Promise<Setting> {
  const backend = await startBackend(t, answer);
  const poster = new HttpPoster(16);
  t.after(() => poster.close());
  const clock = new FakeClock();
  const logger = new RecordingLogger();
  const outcomes: HookOutcome[] = [];
  const caller = new HookCaller(
    {
      hook: "rpc",
      url: backend.url,
      timeoutMs: PATIENCE_MS,
      maxInFlight: 4,
      maxWaiting: 4,
      maxAnswerBytes: 1000,
      breaker: { maxFailures: 3, openMs: 1000 },
      secrets: [],
      repeatable: false,
      ...options,
    },
    {
      poster,
      clock: systemClock,
      steadyClock: clock,
      randomId,
      random: () => 0,
      logger,
      observe: (_hook, outcome) => outcomes.push(outcome),
    },
  );
  const ask = async (question = '{"hook":"rpc"}'): Promise<unknown> => {
    const answered = await caller.ask(question, ANSWER);
    return "code" in answered ? answered.code : answered;
  };
  return { backend, caller, clock, logger, outcomes, ask };
}

describe("a hook", () => {
  test("posts the question, signed, with an id that makes it repeatable", async (t) => {
    const { ask, backend, outcomes } = await start(t, () => ({ allow: true, word: "yes" }), {
      secrets: [SECRET],
    });
    assert.deepEqual(await ask('{"hook":"rpc","data":"grüße"}'), { allow: true, word: "yes" });
    const [asked] = backend.requests;
    assert.ok(asked);
    const { headers, body } = asked;
    assert.deepEqual(new Webhook(SECRET).verify(body, headers), { hook: "rpc", data: "grüße" });
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers["idempotency-key"], headers["webhook-id"]);
    assert.deepEqual(outcomes, ["answered"]);
  });

  for (const [what, answer, problem] of [
    ["another status", () => 500, /status 500/],
    ["a redirect, which is not followed", redirect, /status 302/],
    ["what is not JSON", raw("allow"), /not JSON/],
    ["no object", raw("[true]"), /must be an object/],
    ["nothing about allowing", () => ({ word: "x" }), /allow: must be true or false/],
    ["something of the wrong type", () => ({ allow: "yes" }), /allow: must be true or false/],
    ["a misspelt field", () => ({ allow: true, wrod: "x" }), /"wrod", which is none of allow, word/],
    ["too deep JSON", raw(`{"allow":true,"x":${"[".repeat(100)}${"]".repeat(100)}}`), /nested too deeply/],
    ["more bytes than allowed", raw(" ".repeat(2000)), /longer than 1000 bytes/],
    ["nothing, and closes", hangUp, /./],
  ] as const) {
    test(`refuses when the backend answers ${what}`, async (t) => {
      const { ask, logger, outcomes } = await start(t, answer);
      assert.equal(await ask(), "hook_failed");
      assert.deepEqual(outcomes, ["failed"]);
      const [line] = logger.of("hook.failed");
      assert.match(String(Reflect.get(line?.fields ?? {}, "problem")), problem);
    });
  }

  test("refuses when no answer comes in time", async (t) => {
    const { ask, logger } = await start(t, () => () => {}, { timeoutMs: 50 });
    assert.equal(await ask(), "hook_failed");
    assert.match(JSON.stringify(logger.of("hook.failed")), /no answer came in time/);
  });

  test("does not ask twice when the backend may have acted on the question", async (t) => {
    const { ask, backend } = await start(t, hangUp);
    assert.equal(await ask(), "hook_failed");
    assert.equal(backend.requests.length, 1);
  });

  test("asks twice, as the same question, where that does no harm", async (t) => {
    let calls = 0;
    const { ask, backend } = await start(t, () => ((calls += 1) === 1 ? hangUp() : { allow: false }), {
      repeatable: true,
    });
    assert.deepEqual(await ask(), { allow: false });
    const [first, second] = backend.requests;
    assert.equal(first?.headers["idempotency-key"], second?.headers["idempotency-key"]);
  });

  test("asks again when the question cannot have reached the backend", async (t) => {
    const { ask, backend } = await start(t, () => ({ allow: true }), { timeoutMs: PATIENCE_MS });
    await backend.close();
    const answered = ask();
    await backend.listen();
    assert.deepEqual(await answered, { allow: true });
    assert.equal(backend.requests.length, 1);
  });

  test("asks over a new connection when the backend has closed the kept one", async (t) => {
    const { ask, backend } = await start(t, () => ({ allow: true }));
    assert.deepEqual(await ask(), { allow: true });
    await backend.close();
    await backend.listen();
    assert.deepEqual(await ask(), { allow: true });
  });

  test("asks so many at once, lets so many wait, and refuses the others at once", async (t) => {
    let free = (): void => {};
    const freed = new Promise<void>((resolve) => {
      free = resolve;
    });
    const { ask, backend, caller, outcomes } = await start(t, () => freed.then(() => ({ allow: true })), {
      maxInFlight: 2,
      maxWaiting: 3,
    });
    const asked = Array.from({ length: 7 }, () => ask());
    await backend.received(2);
    assert.equal(caller.pending, 5);
    assert.deepEqual(await Promise.all(asked.slice(5)), ["hook_failed", "hook_failed"]);
    assert.equal(backend.requests.length, 2);
    free();
    assert.deepEqual(await Promise.all(asked.slice(0, 5)), Array(5).fill({ allow: true }));
    assert.deepEqual(outcomes.toSorted(), [...Array(5).fill("answered"), "refused", "refused"]);
    assert.equal(caller.pending, 0);
  });

  test("is left alone for a while after failures in a row, then tried once, and is back", async (t) => {
    let down = true;
    const { ask, backend, caller, clock, logger } = await start(t, () => (down ? 503 : { allow: true }));
    for (let failure = 1; failure <= 3; failure += 1) assert.equal(await ask(), "hook_failed");
    assert.equal(caller.breaker, "open");
    assert.equal(logger.of("hook.suspended").length, 1);
    assert.equal(await ask(), "hook_failed");
    assert.equal(backend.requests.length, 3, "nobody is asked while it is suspended");
    clock.advance(1000);
    assert.equal(await ask(), "hook_failed");
    assert.equal(await ask(), "hook_failed");
    assert.equal(backend.requests.length, 4, "one question went out to see whether it is back");
    down = false;
    clock.advance(1000);
    assert.deepEqual(await ask(), { allow: true });
    assert.equal(logger.of("hook.resumed").length, 1);
    assert.deepEqual(await ask(), { allow: true });
  });
});

function raw(text: string): AnswerBackend {
  return () => (response) => response.end(text);
}

function redirect(): ReturnType<AnswerBackend> {
  return (response) => response.writeHead(302, { location: "/elsewhere" }).end();
}

function hangUp(): ReturnType<AnswerBackend> {
  return (response) => response.destroy();
}
