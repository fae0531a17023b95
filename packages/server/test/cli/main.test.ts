import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { CliProcess } from "../support/cli-process.ts";

const folder = await mkdtemp(join(tmpdir(), "tidewire-main-"));
after(() => rm(folder, { recursive: true }));

const READY = /^listening on http:\/\/127\.0\.0\.1:\d+( |$)/;

function serve(data: string, ...args: readonly string[]): CliProcess {
  return new CliProcess(["serve", "--port", "0", "--data", join(folder, data), ...args]);
}

/** The address in the line that says it. */
async function urlOf(server: CliProcess): Promise<URL> {
  const [, , url = ""] = (await server.line(READY)).split(" ");
  return new URL(url);
}

/** Sends the head of a request and not all of its body, so that the server has something to wait for. */
async function unfinishedRequest(url: URL, key: string): Promise<Socket> {
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, "connect");
  const head = [
    "POST /api/publish HTTP/1.1",
    `Host: ${url.host}`,
    `Authorization: Bearer ${key}`,
    "Expect: 100-continue",
  ];
  socket.write([...head, "Content-Type: application/json", "Content-Length: 100", "", "{"].join("\r\n"));
  await once(socket, "data");
  return socket;
}

describe("the program", () => {
  it("serves until SIGTERM, logs, keeps its key to itself, and ends with 0", async () => {
    const logs = join(folder, "logs");
    const server = serve("term", "--log-dir", logs);
    const url = await urlOf(server);
    assert.equal((await fetch(new URL("/health", url))).status, 200);

    const file = join(folder, "term", "api-key");
    assert.ok((await server.line(READY)).includes(file), "a pipe is told the file and not the key");
    const key = (await readFile(file, "utf8")).trim();
    const info = new URL("/api/info", url);
    assert.equal((await fetch(info)).status, 401, "the API needs a key in open mode too");
    assert.equal((await fetch(info, { headers: { authorization: `Bearer ${key}` } })).status, 200);

    server.kill("SIGTERM");
    assert.equal(await server.exited, 0, server.err);
    assert.equal(server.err, "");
    assert.ok(!server.out.includes(key), "the key is nowhere in what was printed or logged");
    const lines = server.out.split("\n").filter((line) => line.startsWith("{"));
    const events = lines.map((line) => JSON.parse(line).event);
    assert.equal(events[0], "server.listening");
    assert.equal(events.at(-1), "server.stopped");
    assert.equal(await readFile(join(logs, "tidewire.1.log"), "utf8"), `${lines.join("\n")}\n`);
  });

  it("ends at once when it is interrupted a second time", async () => {
    const key = "a-key-of-this-test";
    const server = new CliProcess(["serve", "--port", "0", "--engine", "memory"], { TIDEWIRE_API_KEY: key });
    const socket = await unfinishedRequest(await urlOf(server), key);
    server.kill("SIGINT");
    await server.line(/"event":"server\.stopping"/);
    server.kill("SIGINT");
    assert.equal(await server.exited, 130);
    assert.doesNotMatch(server.out, /server\.stopped/, "it did not wait for the request");
    socket.destroy();
  });

  it("ends with 1 and a sentence when the port is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? String(address.port) : "";
    const server = new CliProcess(["serve", "--port", port, "--data", join(folder, "taken")]);
    assert.equal(await server.exited, 1);
    taken.close();
    const complaint = new RegExp(`^tidewire: Port ${port} on 127\\.0\\.0\\.1 is in use\\. .*--port\\.\\n$`);
    assert.match(server.err, complaint);
  });

  it("ends with 1 and a sentence when another server uses the data folder", async () => {
    const first = serve("shared");
    await first.line(READY);
    const second = serve("shared");
    assert.equal(await second.exited, 1);
    assert.match(second.err, /^tidewire: The data folder .* is in use by process \d+\. .*--data.*\n$/);
    first.kill("SIGINT");
    assert.equal(await first.exited, 0, first.err);
  });

  it("ends with 1 and a sentence rather than open the server to the network", async () => {
    const server = serve("public", "--host", "0.0.0.0");
    assert.equal(await server.exited, 1);
    assert.match(server.err, /^tidewire: --host: Refusing to listen on 0\.0\.0\.0: .*--insecure\.\n$/);
    assert.equal(server.out, "");
  });

  it("ends with 1 for a flag that there is not", async () => {
    const server = serve("unknown", "--redis", "redis://127.0.0.1");
    assert.equal(await server.exited, 1);
    assert.match(server.err, /^error: unknown option '--redis'/);
  });

  it("serves without a command, too, with the same flags", async () => {
    const server = new CliProcess(["--port", "0", "--engine", "memory", "--data", join(folder, "default")]);
    await server.line(READY);
    server.kill("SIGTERM");
    assert.equal(await server.exited, 0, server.err);
  });

  it("ends with 1 for a command that there is not, and names the nearest", async () => {
    const server = new CliProcess(["serv"]);
    assert.equal(await server.exited, 1);
    assert.match(server.err, /^error: unknown command 'serv'\n\(Did you mean serve\?\)/);
    const flag = new CliProcess(["serve", "--prt", "1"]);
    assert.equal(await flag.exited, 1);
    assert.match(flag.err, /^error: unknown option '--prt'\n\(Did you mean --port\?\)/);
    const inner = new CliProcess(["config", "prnt"]);
    assert.equal(await inner.exited, 1);
    assert.match(inner.err, /^error: unknown command 'prnt'\n\(Did you mean print\?\)/);
  });
});
