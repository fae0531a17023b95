import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { CliProcess } from "../support/cli-process.ts";
import { NativeClient } from "../support/native-client.ts";

const KEY = "a-key-of-the-tests";
const RULES = 'channels:\n  - { match: "stock.**", subscribe: anyone, patterns: true }\n';

async function start(t: TestContext, data: string) {
  const config = join(data, "tidewire.yaml");
  await writeFile(config, RULES);
  const args = ["serve", "--port", "0", "--data", data, "--config", config];
  const server = new CliProcess(args, { TIDEWIRE_API_KEY: KEY });
  t.after(async () => {
    server.kill("SIGKILL");
    await server.exited;
  });
  const [, , url = ""] = (await server.line(/^listening on /)).split(" ");
  return {
    wsUrl: url.replace(/^http/, "ws"),
    async push(channel: string, data: unknown): Promise<void> {
      const { status } = await fetch(`${url}/api/channels/${channel}/messages`, {
        method: "POST",
        headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
        body: JSON.stringify({ data }),
      });
      assert.equal(status, 201);
    },
    async killed(): Promise<void> {
      server.kill("SIGKILL");
      await server.exited;
    },
  };
}

describe("a pattern across kill -9", () => {
  test("a client that was away gets all it missed on every channel, once, with the positions it kept", async (t) => {
    const data = await mkdtemp(join(tmpdir(), "tidewire-patterns-"));
    t.after(() => rm(data, { recursive: true, force: true }));
    const first = await start(t, data);
    const client = await NativeClient.open(t, first);
    client.send({ type: "connect", subscriptions: { "stock.*": {} } });
    const { time } = await client.next("subscribed");
    for (const channel of ["stock.A", "stock.B", "stock.A"]) await first.push(channel, "live");
    const positions: Record<string, object> = {};
    for (const { channel, epoch, offset } of await client.messages(3)) positions[channel] = { epoch, offset };
    client.socket.terminate();
    for (const channel of ["stock.A", "stock.new", "stock.B"]) await first.push(channel, "missed");
    await first.killed();

    const second = await start(t, data);
    await second.push("stock.A", "after the restart");
    const back = await NativeClient.open(t, second);
    const since = { time, positions };
    back.send({ type: "connect", subscriptions: { "stock.*": { since }, "stock.A": {} } });
    await back.messages(4);
    await second.push("stock.new", "live");
    await back.messages(1);
    assert.ok(!(await back.settled()).some(({ type }) => type === "message" || type === "gap"));
    const places = back.frames.flatMap((push) =>
      push.type === "message" ? [[push.channel, push.offset]] : [],
    );
    const offsetsOf = (channel: string) => places.flatMap(([name, at]) => (name === channel ? [at] : []));
    assert.deepEqual(["stock.A", "stock.B", "stock.new"].map(offsetsOf), [[3, 4], [2], [1, 2]]);
  });
});
