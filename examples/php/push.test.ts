import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { NativeClient } from "../../packages/server/test/support/native-client.ts";
import { startTestServer, type TestServer } from "../../packages/server/test/support/start-test-server.ts";
import { findPhp } from "../../test/support/programs.ts";

const php = findPhp();

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the programs against a server, with nothing in its environment but what it documents. */
function run(program: string, env: Record<string, string>, ...args: readonly string[]): Promise<Ended> {
  return runPhp(env, [fileURLToPath(new URL(program, import.meta.url)), ...args]);
}

function runPhp(env: Record<string, string>, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(php.path, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

function placeOf(server: TestServer, key: string = server.apiKey.key): Record<string, string> {
  return {
    TIDEWIRE_API_KEY: key,
    TIDEWIRE_HOST: server.host,
    TIDEWIRE_PORT: String(server.port),
    TIDEWIRE_URL: server.url,
  };
}

for (const program of ["push_socket.php", "push_http.php"]) {
  describe(program, { skip: php.skip }, () => {
    test("its message reaches a browser, and it says where the message is", async (t) => {
      const server = await startTestServer(t);
      const client = await NativeClient.open(t, server, "channels=video/7");
      await client.next("subscribed");
      const { code, stdout, stderr } = await run(program, placeOf(server), "video/7", "grüße 👋");
      assert.deepEqual([code, stderr], [0, ""]);
      const { data, from, epoch, offset } = await client.next("message");
      assert.deepEqual([data, from], [{ text: "grüße 👋" }, { api: true }]);
      assert.equal(stdout, `video/7 ${epoch}:${offset}, 1 subscribed\n`);
    });

    test("without arguments it pushes to news", async (t) => {
      const server = await startTestServer(t);
      const { stdout } = await run(program, placeOf(server));
      assert.match(stdout, /^news \S+:1, 0 subscribed\n$/);
    });

    test("a channel without history has no position to tell", async (t) => {
      const server = await startTestServer(t, {
        settings: { channels: [{ match: "live", history: "off" }] },
      });
      const { stdout } = await run(program, placeOf(server), "live", "hi");
      assert.equal(stdout, "live no position, 0 subscribed\n");
    });

    test("with a wrong key it says so and fails", async (t) => {
      const server = await startTestServer(t);
      const { code, stdout, stderr } = await run(program, placeOf(server, "wrong"), "news", "hi");
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /^Refused: unauthorized: /);
    });

    test("without a key it says where to get one", async () => {
      const { code, stderr } = await run(program, {});
      assert.equal(code, 1);
      assert.match(stderr, /^Set TIDEWIRE_API_KEY /);
    });
  });
}

describe("push_socket.php", { skip: php.skip }, () => {
  test("where nothing listens it says so and fails", async (t) => {
    const server = await startTestServer(t);
    const place = placeOf(server);
    await server.stop();
    const { code, stderr } = await run("push_socket.php", place);
    assert.equal(code, 1);
    assert.match(stderr, /^Cannot connect to 127\.0\.0\.1:\d+: Connection refused\n$/);
  });

  test("without PHP's sockets extension it says what to do", async (t) => {
    // Without its ini files, Debian's PHP has only what is compiled in.
    const { stdout } = await runPhp({}, ["-n", "-r", "echo json_encode(extension_loaded('sockets'));"]);
    if (stdout === "true") return t.skip("this PHP has the extension built in");
    const path = fileURLToPath(new URL("push_socket.php", import.meta.url));
    const { code, stderr } = await runPhp({ TIDEWIRE_API_KEY: "x" }, ["-n", path]);
    assert.equal(code, 1);
    assert.match(stderr, /sockets extension is missing/);
  });
});
