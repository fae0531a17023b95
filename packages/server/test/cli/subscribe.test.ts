import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { CliProcess } from "../support/cli-process.ts";
import { eventually } from "../support/deadline.ts";
import { run } from "../support/run-program.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { SECRET, tokenOf } from "../support/tokens.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const NEVER = new Promise<never>(() => {});

/** Waits until somebody is subscribed. */
async function subscribers(server: TestServer, channel: string): Promise<void> {
  await eventually(`a subscriber of ${channel}`, async () => {
    const { body } = await server.api("GET", `/api/channels/${channel}`);
    return body["subscribers"] === 1;
  });
}

/** A way to the server that can be cut. */
async function startWire(t: TestContext, server: TestServer): Promise<{ url: string; cut(): void }> {
  const sockets = new Set<Socket>();
  const wire = createServer((near) => {
    const far = connect(server.port, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  }).listen(0, "127.0.0.1");
  await once(wire, "listening");
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  t.after(() => {
    wire.close();
    cut();
  });
  const address = wire.address();
  assert.ok(typeof address === "object" && address !== null);
  return { url: `http://127.0.0.1:${address.port}`, cut };
}

describe("tidewire subscribe", () => {
  it("prints what comes, one line each, and ends with 0 at Ctrl-C", async (t) => {
    const server = await startTestServer(t);
    await server.push("news", 1);
    const tail = new CliProcess(["subscribe", "news,sport", "--since", "earliest", "--url", server.url]);
    const first = await tail.line(/"offset":1/);
    assert.equal(JSON.parse(first).type, "message");
    await server.push("sport", { digits: 2 });
    await tail.line(/"channel":"sport".*"data":\{"digits":2\}/);
    tail.kill("SIGINT");
    assert.equal(await tail.exited, 0, tail.err);
    assert.equal(tail.err, "");
  });

  it("goes on where it stood when the connection is lost: nothing is missed, nothing comes twice", async (t) => {
    const server = await startTestServer(t);
    const wire = await startWire(t, server);
    const running = run(["subscribe", "news", "--count", "4", "--url", wire.url], {}, "", { stopped: NEVER });
    await subscribers(server, "news");
    await server.push("news", "first");
    await server.push("news", "second");
    wire.cut();
    await server.push("news", "while away");
    await server.push("news", "last");
    const { printed, complaints, status } = await running;
    assert.equal(status, 0);
    assert.deepEqual(
      printed.map((line) => line.split(/ {2,}/).slice(1).join(" ")),
      ["news 1 first", "news 2 second", 'news 3 "while away"', "news 4 last"],
    );
    assert.match(complaints[0] ?? "", /^tidewire: The connection is lost \(.*\)\. Trying again…$/);
    assert.equal(complaints[1], "tidewire: Connected again.");
  });

  it("follows every channel of a pattern, and goes on in each where it stood", async (t) => {
    const channels = [{ match: "stock.**", patterns: true }];
    const server = await startTestServer(t, { settings: { channels } });
    await server.push("stock.AAPL", "stored");
    const wire = await startWire(t, server);
    const args = ["subscribe", "stock.*", "--since", "earliest", "--json", "--url", wire.url];
    const tail = new CliProcess(args);
    await tail.line(/"offset":1.*"stored"/);
    await server.push("stock.AAPL", "heard");
    await tail.line(/"offset":2.*"heard"/);
    wire.cut();
    await server.push("stock.AAPL", "while away");
    await server.push("stock.MSFT", "a new one");
    await tail.line(/"stock.MSFT".*"a new one"/);
    await server.push("stock.MSFT", "last");
    await tail.line(/"last"/);
    tail.kill("SIGINT");
    assert.equal(await tail.exited, 0, tail.err);
    const said = tail.out.split("\n").flatMap((line) => /"data":"([^"]+)"/.exec(line)?.[1] ?? []);
    assert.deepEqual(said.toSorted(), ["a new one", "heard", "last", "stored", "while away"]);
  });

  it("says what a pattern may begin with", async () => {
    const { complaints, status } = await run(["subscribe", "stock.*", "--since", "last:5"]);
    assert.equal(status, 1);
    assert.match(complaints.join(), /a pattern such as stock\.\* begins now, or with earliest/);
  });

  it("ends with 1 and the reason when the server sends it away", async (t) => {
    const server = await startTestServer(t);
    const args = ["subscribe", "news", "--user", "ann", "--url", server.url];
    const running = run(args, {}, "", { stopped: NEVER });
    await subscribers(server, "news");
    await server.api("POST", "/api/users/ann/disconnect", { reason: "signed in elsewhere" });
    const { complaints, status } = await running;
    assert.equal(status, 1);
    assert.deepEqual(complaints, [
      "tidewire: The server has ended the connection (4400): signed in elsewhere",
    ]);
  });

  it("signs in with a token, and says of each channel that it may not read why", async (t) => {
    const server = await startTestServer(t, {
      settings: {
        auth: { secrets: [SECRET] },
        channels: [
          { match: "staff", subscribe: "token" },
          { match: "**", history: "on" },
        ],
      },
    });
    const token = tokenOf({ sub: "ann" });
    await server.push("news", 1);
    const args = ["subscribe", "news", "staff", "--since", "last:1", "--count", "1", "--url", server.url];
    const one = await run(args, { TIDEWIRE_TOKEN: token }, "", { stopped: NEVER });
    assert.equal(one.printed.length, 1);
    const none = await run(["subscribe", "staff", "--token", token, "--url", server.url], {}, "", {
      stopped: NEVER,
    });
    assert.equal(none.status, 1);
    assert.match(none.complaints.join(), /^tidewire: staff is not followed: /);
  });

  it("ends with 1 when nobody answers, and for what cannot be asked for", async () => {
    const away = await run(["subscribe", "news", "--url", "http://127.0.0.1:1"], {}, "", { stopped: NEVER });
    assert.equal(away.status, 1);
    assert.match(
      away.complaints.join(),
      /^tidewire: Cannot connect to ws:\/\/127\.0\.0\.1:1\/connect\. .*ECONNREFUSED/,
    );
    for (const [flag, value] of [
      ["--since", "yesterday"],
      ["--count", "0"],
      ["--user", ""],
    ] as const) {
      const { complaints, status } = await run(["subscribe", "news", flag, value]);
      assert.equal(status, 1);
      assert.match(complaints.join(), new RegExp(`^tidewire: ${flag}`));
    }
  });

  it("writes what others have sent so that it cannot move the terminal's cursor", async (t) => {
    const server = await startTestServer(t);
    await server.push("news", "\u001b[2J \u009b2J \u202e", { key: "\u009bk" });
    const args = ["subscribe", "news", "--since", "earliest", "--count", "1", "--url", server.url];
    const { printed } = await run(args, {}, "", { stopped: NEVER });
    assert.doesNotMatch(printed.join(), /\p{Cc}|\u202e/u);
    assert.match(printed.join(), /\\u001b\[2J \\u009b2J \\u202e/);
  });

  it("ends without a word when whoever reads its output has had enough", async (t) => {
    const server = await startTestServer(t);
    await server.push("news", 1);
    const flags = `--conditions=tidewire-source --import ${import.meta.resolve("tsx")}`;
    const line = `"${process.execPath}" ${flags} "${MAIN}" subscribe news --since earliest --url ${server.url} | head -n 1`;
    const shell = spawn("sh", ["-c", line], { stdio: ["ignore", "pipe", "pipe"] });
    const output = Promise.all([text(shell.stdout), text(shell.stderr)]);
    let hasEnded = false;
    void once(shell, "close").then(() => {
      hasEnded = true;
    });
    // It learns of its reader's end by writing.
    await eventually("the end of the tail", async () => {
      await server.push("news", 2);
      return hasEnded;
    });
    const [out, err] = await output;
    assert.match(out, /^\{"type":"message".*\}\n$/);
    assert.equal(err, "");
  });
});
