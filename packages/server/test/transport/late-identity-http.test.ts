import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { ANONYMOUS, type Identity } from "../../src/core/identity.ts";
import { type Refusal, refuse } from "../../src/core/refusal.ts";
import { eventually } from "../support/deadline.ts";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { poll } from "../support/poll-client.ts";
import { startTransport, type TestTransport } from "../support/start-transport.ts";

const DOORS = ["/events", "/poll"];
const ANN: Identity = { ...ANONYMOUS, user: "ann" };

/** A server that finds out who somebody is only when the test says so. */
interface LateServer extends TestTransport {
  /** How many wait for it to be found out who they are. */
  waiting(): number;
  answer(identity: Identity | Refusal): void;
}

async function startLate(t: TestContext): Promise<LateServer> {
  const waiting: ((identity: Identity | Refusal) => void)[] = [];
  const transport = await startTransport(t, {}, () => {
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  });
  return {
    ...transport,
    waiting: () => waiting.length,
    answer: (identity) => waiting.shift()?.(identity),
  };
}

describe("while it is being found out who a client without WebSocket is", () => {
  test("nothing is answered, and then all comes", async (t) => {
    const server = await startLate(t);
    const opening = EventStreamClient.open(t, server, "channels=news");
    await eventually("it waits", () => server.waiting() === 1);
    server.passTime(60_000);
    server.answer(ANN);
    const client = await opening;
    assert.equal((await client.connected()).user, "ann");
    const polled = poll(server, { channels: "news", waitMs: "1000" });
    await eventually("it waits", () => server.waiting() === 1);
    server.passTime(5000);
    server.answer(ANN);
    assert.deepEqual(Object((await polled).answer?.frames[0]).user, "ann");
  });

  test("who may not be here gets the status of the error", async (t) => {
    const server = await startLate(t);
    for (const path of DOORS) {
      const answered = fetch(`${server.url}${path}?channels=news`);
      await eventually("it waits", () => server.waiting() === 1);
      server.answer(refuse("token_expired"));
      const answer = await answered;
      assert.equal(answer.status, 401);
      assert.equal(answer.headers.get("www-authenticate"), "Bearer");
      assert.equal(Object(await answer.json()).error.code, "token_expired");
    }
  });

  test("who is kicked meanwhile is told so, and gets no session", async (t) => {
    const server = await startLate(t);
    const told = {
      "/events": /"type":"disconnect","code":4444,"reason":"go"/,
      "/poll": /"error":{"code":"session_refused","message":"go"}/,
    };
    for (const [path, expected] of Object.entries(told)) {
      const answered = fetch(`${server.url}${path}?channels=news`).then((answer) => answer.text());
      await eventually("it waits", () => server.waiting() === 1);
      await server.domain.kicking.disconnectUser("ann", { code: 4444, reason: "go", retryAfterMs: 0 });
      server.answer(ANN);
      assert.match(await answered, expected);
      assert.equal(server.domain.sessions.size, 0);
    }
  });

  test("who goes away meanwhile gets no session", async (t) => {
    const server = await startLate(t);
    for (const path of DOORS) {
      const gone = new AbortController();
      const answered = fetch(`${server.url}${path}?channels=news`, { signal: gone.signal });
      await eventually("it waits", () => server.waiting() === 1);
      gone.abort();
      await assert.rejects(answered);
      const closed = server.logger.of("connection.closed").length;
      await eventually("it is noticed", () => {
        server.passTime(1000);
        return server.logger.of("connection.closed").length > closed;
      });
      server.answer(ANN);
      await eventually("it has been looked at", () => server.waiting() === 0);
      assert.equal(server.domain.sessions.size, 0, path);
    }
  });
});
