import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { openEnvironment } from "../../src/broker/lmdb/environment.ts";
import { openStoreOn } from "../../src/broker/lmdb/lmdb-store.ts";
import { monotonicClock, systemClock } from "../../src/base/system-clock.ts";
import { randomId } from "../../src/base/random-id.ts";
import { readinessOf } from "../../src/telemetry/checks.ts";
import { failingEnvironment } from "../broker/failing-environment.ts";
import { publish, temporaryFolder } from "../broker/store-harness.ts";
import { eventually, within } from "../support/deadline.ts";
import { startHttp } from "../support/http-server.ts";
import { startTestServer } from "../support/start-test-server.ts";

/** The names of the checks that fail, with the status. */
async function failing(server: { readonly url: string }, path = "/ready"): Promise<string> {
  const response = await fetch(server.url + path);
  const body: unknown = await response.json();
  const checks: readonly { name: string; ok: boolean }[] = Object(body).checks;
  const names = checks.filter(({ ok }) => !ok).map(({ name }) => name);
  return [response.status, ...names].join(" ");
}

describe("a server is not ready", () => {
  test("while its disk is nearly full, and is healthy all the same", async (t) => {
    const server = await startTestServer(t, {
      engine: "lmdb",
      settings: { ready: { minFreeBytes: 1024 ** 5 } },
    });
    assert.equal(await failing(server), "503 disk");
    assert.equal(await failing(server, "/health"), "200");
  });

  test("without a disk that could be full, it is", async (t) => {
    const server = await startTestServer(t, { settings: { ready: { minFreeBytes: 1024 ** 5 } } });
    assert.equal(await failing(server), "200");
  });

  test("after its event loop has stood still", async (t) => {
    const server = await startTestServer(t, { settings: { ready: { maxDelayMs: "300ms" } } });
    await eventually("the notice", async () => {
      const untilMs = performance.now() + 500;
      while (performance.now() < untilMs) {
        // Nothing else happens in this process meanwhile.
      }
      return (await failing(server)) === "503 event loop";
    });
  });

  test("while it stops: who had begun to ask is told so", async (t) => {
    const server = await startTestServer(t, { settings: { drainMs: "20s" } });
    const asking = connect(server.port, "127.0.0.1");
    t.after(() => asking.destroy());
    asking.write(`GET /ready HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n`);
    // Answered after what came before it was read.
    await fetch(`${server.url}/health`);
    const stopped = server.stop();
    asking.write("Connection: close\r\n\r\n");
    const answer = await within(text(asking), "the answer");
    assert.match(answer, /^HTTP\/1\.1 503 /);
    assert.match(answer, /"name":"draining","ok":false,"reason":"The server is stopping\."/);
    await within(stopped, "the stop");
  });

  test("while the disk takes no messages, and is again when it does", async (t) => {
    const folder = temporaryFolder();
    const environment = failingEnvironment(openEnvironment(folder.path));
    const commits: boolean[] = [];
    let probe = (): void => {};
    const store = await openStoreOn(environment, {
      clock: systemClock,
      randomId,
      listener: () => {},
      commits: { clock: monotonicClock, committed: (kept) => void commits.push(kept) },
      schedule: (_delayMs, run) => {
        probe = run;
        return () => {};
      },
    });
    t.after(async () => {
      await store.close();
      folder.remove();
    });
    const { origin: url } = await startHttp(t, {
      ports: {
        readiness: () =>
          readinessOf(
            {
              isDraining: false,
              store: store.status(),
              freeDiskBytes: null,
              worstDelayMs: 0,
              isOverloaded: false,
            },
            { minFreeBytes: 0, maxDelayMs: 1 },
          ),
      },
    });
    await store.streams.append([publish({ dataJson: "1" })]);
    assert.equal(await failing({ url }), "200");
    environment.failure = "refused";
    await store.streams.append([publish({ dataJson: "2" })]);
    assert.equal(await failing({ url }), "503 store");
    assert.deepEqual(commits, [true, false], "the figures tell the two apart");
    environment.failure = null;
    probe();
    await eventually("the store's return", async () => (await failing({ url })) === "200");
  });
});
