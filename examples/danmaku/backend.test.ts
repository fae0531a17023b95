import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { execPath } from "node:process";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { NativeClient } from "../../packages/server/test/support/native-client.ts";
import { startTestServer } from "../../packages/server/test/support/start-test-server.ts";
import { comments } from "./comments.mjs";
import { judge } from "./filter.mjs";

const PROGRAM = fileURLToPath(new URL("backend.mjs", import.meta.url));

async function run(
  key: string,
  ...args: readonly string[]
): Promise<{ readonly code: unknown; readonly stderr: string }> {
  // The sources of the packages, so that nothing needs to be built.
  const flags = ["--conditions=tidewire-source", "--import", import.meta.resolve("tsx")];
  const child = spawn(execPath, [...flags, PROGRAM, ...args, "--port", "0"], {
    env: { TIDEWIRE_API_KEY: key },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  return { code, stderr };
}

describe("examples/danmaku/backend.mjs", () => {
  test("writes a round of comments to every room, and ends", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server, "channels=demo.danmaku.harbour,demo.danmaku.aurora");
    const { code, stderr } = await run(server.apiKey.key, server.url, "--count", "1");
    assert.deepEqual([code, stderr], [0, ""]);
    const heard = [await client.next("message"), await client.next("message")];
    assert.deepEqual(heard.map(({ channel }) => channel).toSorted(), [
      "demo.danmaku.aurora",
      "demo.danmaku.harbour",
    ]);
    assert.equal(Object(heard[0]?.data).text, "First!");
  });

  test("with a wrong key it says so and fails", async (t) => {
    const server = await startTestServer(t);
    const { code, stderr } = await run("wrong", server.url, "--count", "1");
    assert.equal(code, 1);
    assert.match(stderr, /answered 401: .*unauthorized/);
  });
});

describe("the sample comments", () => {
  test("are ordinary ones, and now and then one of high priority from the house", () => {
    const source = comments();
    const some = Array.from({ length: 27 }, () => source.next().value);
    const high = some.filter(({ priority }) => priority === "high");
    assert.deepEqual(
      high.map(({ data }) => data.kind),
      ["gift", "moderator", "gift"],
    );
  });
});

describe("the word filter", () => {
  const ask = (data: unknown): object => judge({ hook: "publish", channel: "demo.danmaku.city", data });

  test("masks words in both languages, whatever their case", () => {
    assert.deepEqual(ask({ text: "DAMN good", colour: "pink" }), {
      allow: true,
      data: { text: "**** good", colour: "pink" },
    });
    assert.deepEqual(ask({ text: "别剧透" }), { allow: true, data: { text: "别**", colour: "white" } });
  });

  test("lets no viewer write a gift", () => {
    assert.deepEqual(ask({ text: "a boat", kind: "gift" }), {
      allow: true,
      data: { text: "a boat", colour: "white" },
    });
  });

  test("refuses links, what is no text, and what is empty or too long, with a reason", () => {
    for (const [data, reason] of [
      [{ text: "see www.example.com" }, "link"],
      [{ text: " " }, "length"],
      [{ text: "x".repeat(61) }, "length"],
      [7, "length"],
      [null, "length"],
    ] as const) {
      const { allow, reason: given } = Object(ask(data));
      assert.deepEqual([allow, given], [false, reason]);
    }
  });
});
