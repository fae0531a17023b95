import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { execPath } from "node:process";
import { text } from "node:stream/consumers";
import { describe, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { NativeClient } from "../../packages/server/test/support/native-client.ts";
import { startTestServer } from "../../packages/server/test/support/start-test-server.ts";
import { Market } from "./market.mjs";

const PROGRAM = fileURLToPath(new URL("feeder.mjs", import.meta.url));

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }>;
}

/** Starts the program; the test's end ends it. */
function start(t: TestContext, key: string | undefined, ...args: readonly string[]): Run {
  const child = spawn(execPath, [PROGRAM, ...args], {
    env: key === undefined ? {} : { TIDEWIRE_API_KEY: key },
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  const end = Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]);
  return { child, ended: end.then(([[code], stdout, stderr]) => ({ code, stdout, stderr })) };
}

describe("examples/ticker/feeder.mjs", () => {
  test("tells where it is polled, pushes what it answers there, and stops with a last word", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server, "user=ann");
    client.send({ type: "subscribe", id: 1, channel: "demo.ticker.feeder" });
    await client.next("subscribed");
    const { child, ended } = start(t, server.apiKey.key, server.url);
    const { data } = Object(await client.next("message"));
    assert.equal(data.isRunning, true);
    assert.ok(data.cpuSeconds.tidewire > 0 && data.cpuSeconds.feeder > 0);

    const response = await fetch(data.prices);
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    assert.equal(response.headers.get("timing-allow-origin"), "*");
    const polled = Object(await response.json());
    assert.equal(Object.keys(polled).length, 50);
    assert.equal((await fetch(new URL("/other", data.prices))).status, 404);

    client.send({ type: "subscribe", id: 2, channel: "demo.ticker" });
    await client.next("subscribed");
    const pushed = new Set<unknown>();
    while (pushed.size < 50) {
      const { channel, key, data: quote } = Object(await client.next("message"));
      if (channel !== "demo.ticker") continue;
      assert.equal(quote.open, polled[key].open);
      assert.ok(quote.at >= polled[key].at, key);
      pushed.add(key);
    }

    child.kill("SIGTERM");
    const { code, stdout, stderr } = await ended;
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^feeding demo\.ticker at /);
    for (;;) {
      const message = Object(await client.next("message"));
      if (message.channel === "demo.ticker.feeder" && !message.data.isRunning) break;
    }
  });

  test("with a wrong key, or none, it says so and fails", async (t) => {
    const server = await startTestServer(t);
    const wrong = await start(t, "wrong", server.url).ended;
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /answered 401: .*unauthorized/);
    const none = await start(t, undefined, server.url).ended;
    assert.equal(none.code, 1);
    assert.match(none.stderr, /Set TIDEWIRE_API_KEY /);
  });
});

describe("the market of the example", () => {
  test("walks the same way from the same seed, near where it opened", () => {
    const [one, same, other] = [new Market(7, 1), new Market(7, 1), new Market(8, 1)];
    for (let step = 2; step < 2000; step += 1) {
      assert.deepEqual(one.move(0.5, step), same.move(0.5, step));
      other.move(0.5, step);
    }
    assert.notDeepEqual(one.quotes, other.quotes);
    for (const [symbol, { price, open }] of one.quotes) {
      assert.ok(price > open / 2 && price < open * 2, `${symbol} went from ${open} to ${price}`);
    }
  });
});
