import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { text } from "node:stream/consumers";
import { describe, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { NativeClient } from "../../packages/server/test/support/native-client.ts";
import { startTestServer } from "../../packages/server/test/support/start-test-server.ts";

const PROGRAM = fileURLToPath(new URL("backend.mjs", import.meta.url));

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it in an empty folder, or one where a server made this key, and waits until it ends. */
async function run(
  t: TestContext,
  keys: { env?: string; file?: string },
  ...args: readonly string[]
): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), "tidewire-notify-"));
  t.after(() => rm(folder, { recursive: true }));
  if (keys.file !== undefined) {
    await mkdir(join(folder, "data"));
    await writeFile(join(folder, "data", "api-key"), `${keys.file}\n`);
  }
  const child = spawn(execPath, [PROGRAM, ...args], {
    cwd: folder,
    env: keys.env === undefined ? {} : { TIDEWIRE_API_KEY: keys.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code, stdout, stderr };
}

describe("examples/notify/backend.mjs", () => {
  test("notifies one customer, all of them, and all but one", async (t) => {
    const server = await startTestServer(t);
    const users = ["ada", "mei", "kofi"];
    const clients = await Promise.all(users.map((user) => NativeClient.open(t, server, `user=${user}`)));
    const args = [server.url, "--count", "4", "--pause", "1"];
    const { code, stdout, stderr } = await run(t, { env: server.apiKey.key }, ...args);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^Order 2051 is packed: .*"channel":"@ada".*"offset":1,.*"subscribers":1/);

    const got = await Promise.all(
      [3, 3, 1].map(async (count, index) => {
        const titles: unknown[] = [];
        while (titles.length < count) titles.push((await clients[index]?.next("message"))?.data);
        return titles.map((data) => Object(data).title);
      }),
    );
    assert.deepEqual(got, [
      ["Order 2051 is packed", "Maintenance at 22:00", "Kofi is on call"],
      ["Maintenance at 22:00", "Kofi is on call", "Payment received"],
      ["Maintenance at 22:00"],
    ]);
  });

  test("finds the key that the server made in the same folder", async (t) => {
    const server = await startTestServer(t);
    const { code, stderr } = await run(t, { file: server.apiKey.key }, server.url, "--count", "1");
    assert.deepEqual([code, stderr], [0, ""]);
  });

  test("with a wrong key, or none, it says so and fails", async (t) => {
    const server = await startTestServer(t);
    const wrong = await run(t, { env: "wrong" }, server.url);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /answered 401: .*unauthorized/);
    const none = await run(t, {}, server.url);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /Set TIDEWIRE_API_KEY /);
  });
});
