import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { CliProcess } from "../support/cli-process.ts";
import { NativeClient } from "../support/native-client.ts";

const KEY = "a-key-of-this-test";

interface Run {
  readonly wsUrl: string;
  api(method: string, path: string, body?: object): Promise<Response>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

async function start(t: TestContext, data: string): Promise<Run> {
  const server = new CliProcess(["serve", "--port", "0", "--data", data], { TIDEWIRE_API_KEY: KEY });
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    server.kill(signal);
    await server.exited;
  };
  t.after(() => kill("SIGKILL"));
  const [, , url = ""] = (await server.line(/^listening on /)).split(" ");
  return {
    wsUrl: url.replace(/^http/, "ws"),
    api: (method, path, body) =>
      fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    kill,
  };
}

describe("who was sent away", () => {
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    test(`stays away after ${signal}: the ban, its lifting, and the killed session were kept`, async (t) => {
      const data = await mkdtemp(join(tmpdir(), "tidewire-exclusions-"));
      t.after(() => rm(data, { recursive: true, force: true }));
      const first = await start(t, data);
      const eve = await NativeClient.open(t, first, "user=eve");
      const { session } = await eve.connected();
      const ban = { for: "1h", reason: "spam" };
      assert.equal((await first.api("PUT", "/api/users/ann/ban", ban)).status, 200);
      assert.equal((await first.api("PUT", "/api/users/bob/ban", ban)).status, 200);
      assert.equal((await first.api("DELETE", "/api/users/bob/ban")).status, 200);
      assert.equal((await first.api("POST", "/api/users/eve/disconnect", { reason: "out" })).status, 200);
      await first.kill(signal);

      const second = await start(t, data);
      const connect = async (fields: object) => {
        const client = await NativeClient.open(t, second);
        client.send({ type: "connect", id: 1, ...fields });
        return client;
      };
      const ann = await connect({ user: "ann" });
      const banned = await ann.answer("error", 1);
      assert.deepEqual([banned.code, banned.message], ["banned", "spam"]);
      assert.equal((await ann.closed).code, 4403);
      const bob = await connect({ user: "bob" });
      assert.equal((await bob.connected()).user, "bob");
      const refused = await (await connect({ user: "eve", session })).answer("error", 1);
      assert.deepEqual([refused.code, refused.message], ["session_refused", "out"]);
    });
  }
});
