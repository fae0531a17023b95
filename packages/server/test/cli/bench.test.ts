import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { benchReport, type BenchResult } from "../../src/cli/bench/bench-result.ts";
import { Latencies } from "../../src/cli/bench/latencies.ts";
import { dataAt, dueTimeOf, subscribersOf } from "../../src/cli/bench/load.ts";
import { progressBar } from "../../src/cli/bench/progress-bar.ts";
import { run } from "../support/run-program.ts";
import { startTestServer } from "../support/start-test-server.ts";
import { SECRET } from "../support/tokens.ts";

const NEVER = { stopped: new Promise<never>(() => {}) };
const SMALL = ["--connections", "20", "--channels", "3", "--rate", "100", "--duration", "300ms"];

function resultIn(printed: readonly string[]): BenchResult {
  return JSON.parse(printed.join("\n"));
}

describe("tidewire bench", () => {
  it("measures a load, shows how far it is, and leaves nothing behind", async (t) => {
    const server = await startTestServer(t);
    const env = { TIDEWIRE_URL: server.url, TIDEWIRE_API_KEY: server.apiKey.key };
    const { printed, complaints, progress, status } = await run(
      ["bench", ...SMALL, "--json"],
      env,
      "",
      NEVER,
    );
    assert.deepEqual([status, complaints], [0, []]);
    const result = resultIn(printed);
    assert.deepEqual(
      [result.published, result.delivered, result.lost, result.unsent, result.errors],
      [30, 10 * 20, 0, 0, {}],
      "each of three channels has a third of 30 messages, and together they have 20 subscribers",
    );
    assert.equal(result.connect?.count, 20);
    const { delivery } = result;
    assert.ok(delivery !== null && delivery.p50 <= delivery.p99 && delivery.p99 <= delivery.max);
    assert.ok(result.generatorCores > 0);
    assert.ok((result.serverBytes ?? 0) > 1024 ** 2, "the server tells what it uses");
    assert.ok(progress.some((line) => /^connecting +\[█*░*\] \d+ of 20$/.test(line)));
    assert.ok(progress.some((line) => /^publishing +\[█*░*\] \d+ published, \d+ delivered$/.test(line)));
    assert.equal(progress.at(-1), "", "the bar goes away");
    const { body } = await server.api("GET", "/api/channels?match=bench.**");
    const listed = body["channels"];
    assert.ok(Array.isArray(listed));
    for (const { channel, subscribers } of listed) {
      assert.equal(subscribers, 0);
      const { body: history } = await server.api("GET", `/api/channels/${channel}/messages`);
      assert.deepEqual(history["messages"], []);
    }
  });

  it("ends early when it is interrupted, and prints what it has", async (t) => {
    const server = await startTestServer(t);
    const env = { TIDEWIRE_URL: server.url, TIDEWIRE_API_KEY: server.apiKey.key };
    const { printed, status } = await run(["bench", "--connections", "5", "--duration", "10m"], env);
    assert.equal(status, 0);
    assert.match(printed[0] ?? "", /^ +ms +p50 +p90 +p99 +p99\.9 +max +count$/);
  });

  it("ends with 1, and says how often what went wrong", async (t) => {
    const server = await startTestServer(t, { settings: { auth: { secrets: [SECRET] } } });
    const env = { TIDEWIRE_URL: server.url, TIDEWIRE_API_KEY: server.apiKey.key };
    const { printed, status } = await run(["bench", ...SMALL, "--token", "no-token"], env, "", NEVER);
    assert.equal(status, 1);
    assert.ok(
      printed.some((line) => line.startsWith("  20 × ")),
      printed.join("\n"),
    );
  });

  it("loads no other machine unless it is told to in so many words", async () => {
    const url = ["--url", "https://push.example.com", "--api-key", "k"];
    const { complaints, status } = await run(["bench", ...url]);
    assert.equal(status, 1);
    assert.match(complaints.join(), /--yes-load-this-server/);
  });

  it("is bounded", async () => {
    for (const [flag, value] of [
      ["--connections", "25001"],
      ["--channels", "101"],
      ["--rate", "0"],
      ["--size", "39"],
      ["--duration", "11m"],
    ] as const) {
      const { complaints, status } = await run(["bench", flag, value]);
      assert.equal(status, 1);
      assert.match(complaints.join(), new RegExp(`^tidewire: ${flag} must be`));
    }
  });
});

describe("what a load is made of", () => {
  it("says in each message when it was due, in as many bytes as were asked for", () => {
    const times = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(times, fc.integer({ min: 40, max: 2000 }), (dueMs, size) => {
        const data = dataAt(dueMs, size);
        assert.equal(Buffer.byteLength(data), size);
        assert.doesNotThrow(() => JSON.parse(data));
        const frame = `{"type":"message","channel":"bench.x.0","data":${data}}`;
        assert.ok(Math.abs((dueTimeOf(frame) ?? Number.NaN) - dueMs) <= 0.001);
      }),
    );
    assert.equal(dueTimeOf('{"type":"subscribed"}'), undefined);
  });

  it("spreads the connections over the channels", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 50 }), (connections, count) => {
        const channels = Array.from({ length: Math.min(count, connections) }, (_, index) => `c${index}`);
        const load = { connections, channels, rate: 1, size: 40, durationMs: 1 };
        const sum = channels.reduce((total, _, index) => total + subscribersOf(load, index), 0);
        assert.equal(sum, connections);
      }),
    );
  });
});

describe("what a load shows", () => {
  const RESULT: BenchResult = {
    url: "http://127.0.0.1:8080",
    connections: 2,
    channels: 1,
    rate: 1,
    size: 40,
    durationMs: 1000,
    connect: { count: 2, p50: 1, p90: 2, p99: 3, p999: 4, max: 512.4 },
    publish: null,
    delivery: null,
    published: 9,
    unsent: 3,
    delivered: 16,
    lost: 2,
    deliveriesPerSecond: 16,
    errors: { "it was closed": 2 },
    generatorCores: 0.93,
    serverCores: 0.2,
    serverBytes: 100 * 1024 ** 2,
  };

  it("is a table of percentiles, with what was lost and whether the generator was the limit", () => {
    const report = benchReport(RESULT).map((line) => line.trim().split(/ {2,}/));
    assert.deepEqual(report[1], ["connect", "1.00", "2.00", "3.00", "4.00", "512", "2"]);
    assert.deepEqual(report[3], ["delivery", "–", "–", "–", "–", "–", "0"]);
    assert.deepEqual(report[5], ["published", "9, and 3 not, since the server was behind"]);
    assert.deepEqual(report[6], ["delivered", "16, and 2 not, 16 per second"]);
    assert.deepEqual(report[8], ["the server", "20 % of a core, 100MB"]);
    assert.deepEqual(report[9], ["2 × it was closed"]);
    assert.match(report.at(-1)?.join() ?? "", /^This program was the limit/);
    assert.doesNotMatch(benchReport({ ...RESULT, generatorCores: 0.2 }).join(), /was the limit/);
  });

  it("is exact to three digits, and needs no more memory for more times", () => {
    const times = new Latencies();
    assert.equal(times.percentiles(), null);
    for (let ms = 1; ms <= 1000; ms += 1) times.record(ms);
    const { p50, p90, p99, max, count } = times.percentiles() ?? assert.fail("there are times");
    assert.equal(count, 1000);
    for (const [found, expected] of [
      [p50, 500],
      [p90, 900],
      [p99, 990],
      [max, 1000],
    ] as const) {
      assert.ok(Math.abs(found - expected) / expected < 0.005, `${found} is about ${expected}`);
    }
  });

  it("has a bar that fills", () => {
    assert.equal(progressBar("connecting", 0, "0 of 9"), `connecting [${"░".repeat(30)}] 0 of 9`);
    assert.equal(progressBar("publishing", 0.5, "x"), `publishing [${"█".repeat(15)}${"░".repeat(15)}] x`);
    assert.equal(progressBar("publishing", 7, "x"), `publishing [${"█".repeat(30)}] x`);
  });
});
