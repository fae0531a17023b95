import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { symlink, rename, rm, writeFile } from "node:fs/promises";
import { request as plainRequest, type IncomingMessage } from "node:http";
import { request as secureRequest } from "node:https";
import { connect as plainConnect } from "node:net";
import { describe, test, type TestContext } from "node:test";
import { connect as secureConnect, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { findPhp } from "../../../../test/support/programs.ts";
import {
  type CertificateFolder,
  certificateFolder,
  type TestCertificate,
  trust,
} from "../support/certificates.ts";
import { eventually, within } from "../support/deadline.ts";
import { pushLine } from "../support/line-client.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

interface Setup {
  readonly server: TestServer;
  readonly files: CertificateFolder;
}

async function start(t: TestContext, tls: object = {}, settings: object = {}): Promise<Setup> {
  const files = await certificateFolder(t);
  const paths = { cert: files.cert, key: files.key, checkMs: 20 };
  const all = { ...settings, tls: { ...paths, ...tls } };
  return { server: await startTestServer(t, { settings: all, logLevel: "info" }), files };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

async function read(request: ReturnType<typeof plainRequest>, body = ""): Promise<Answer> {
  request.end(body);
  const [response]: IncomingMessage[] = await within(once(request, "response"), "an answer");
  if (response === undefined) throw new Error("there is no answer");
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, text };
}

async function call(server: TestServer, method: string, path: string, body?: unknown): Promise<Answer> {
  const headers = { authorization: `Bearer ${server.apiKey.key}`, "content-type": "application/json" };
  const ca = await trust("one");
  return read(secureRequest(server.url + path, { method, headers, ca, agent: false }), JSON.stringify(body));
}

function plainCall(server: TestServer, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return read(plainRequest({ host: "127.0.0.1", port: server.port, path, headers, agent: false }));
}

async function openTls(t: TestContext, port: number, name: TestCertificate): Promise<TLSSocket> {
  const socket = secureConnect({ port, host: "127.0.0.1", ca: await trust(name) });
  t.after(() => socket.destroy());
  await within(once(socket, "secureConnect"), "the TLS handshake");
  return socket;
}

async function lineOf(socket: TLSSocket): Promise<string> {
  const [chunk]: unknown[] = await within(once(socket, "data"), "a line");
  return String(chunk);
}

describe("a server with a certificate", () => {
  test("speaks TLS on every door of its one port, and says so", async (t) => {
    const { server } = await start(t);
    assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    const ca = await trust("one");
    const client = await NativeClient.open(t, server, "channels=news", { ca });
    await client.next("subscribed");
    const pushed = await call(server, "POST", "/api/channels/news/messages", { data: "over HTTPS" });
    assert.equal(pushed.status, 201);
    const backend = await openTls(t, server.port, "one");
    backend.write(pushLine(server.apiKey.key, "news", "over raw TCP"));
    assert.match(await lineOf(backend), /"ok":true/);
    backend.write(pushLine(server.apiKey.key, "news", "again"));
    assert.match(await lineOf(backend), /"offset":3/);
    const messages = await client.messages(3);
    assert.deepEqual(
      messages.map(({ data }) => data),
      ["over HTTPS", "over raw TCP", "again"],
    );
    const stream = secureRequest(`${server.url}/events?channels=news`, { ca, agent: false });
    stream.end();
    const [response]: IncomingMessage[] = await within(once(stream, "response"), "the event stream");
    assert.equal(response?.headers["content-type"], "text/event-stream");
    stream.destroy();
  });

  test("carries large messages and many", async (t) => {
    const { server } = await start(t);
    const client = await NativeClient.open(t, server, "channels=news", { ca: await trust("one") });
    await client.next("subscribed");
    const data = "x".repeat(60_000);
    const backend = await openTls(t, server.port, "one");
    for (let n = 0; n < 40; n += 1) backend.write(pushLine(server.apiKey.key, "news", data));
    backend.resume();
    const messages = await client.messages(40);
    assert.ok(messages.every((message) => message.data === data));
  });

  test("sends pages that come without TLS to the same address with it, and refuses what holds a secret", async (t) => {
    const { server } = await start(t);
    const host = `127.0.0.1:${server.port}`;
    const page = await plainCall(server, "/demo/chat?x=1");
    assert.deepEqual([page.status, page.headers.location], [308, `https://${host}/demo/chat?x=1`]);
    const withKey = await plainCall(server, "/api/info", { authorization: "Bearer k" });
    assert.equal(withKey.status, 403);
    assert.match(withKey.text, /insecure_transport/);
    assert.equal((await plainCall(server, "/connect?token=t")).status, 403);
    assert.equal((await plainCall(server, "//evil.example/")).status, 403);
    assert.equal((await plainCall(server, "/", { host: "evil.example/x" })).status, 403);
  });

  test("sends pages on from a second port as well", async (t) => {
    const { server } = await start(t, { redirectPort: 0 });
    const { redirectPort } = server;
    const answer = await read(
      plainRequest({ host: "127.0.0.1", port: redirectPort, path: "/", agent: false }),
    );
    assert.equal(answer.headers.location, `https://127.0.0.1:${server.port}/`);
  });

  test("still takes lines in clear text from its own machine", async (t) => {
    const { server } = await start(t);
    const socket = plainConnect(server.port, "127.0.0.1");
    t.after(() => socket.destroy());
    socket.write(pushLine(server.apiKey.key, "news", 1));
    const [chunk]: unknown[] = await within(once(socket, "data"), "an answer");
    assert.match(String(chunk), /"ok":true/);
  });

  test("tells browsers to stay with TLS only when it is told to", async (t) => {
    const { server } = await start(t, { hstsMs: "365d" });
    assert.equal(
      (await call(server, "GET", "/health")).headers["strict-transport-security"],
      "max-age=31536000",
    );
    const { server: other } = await start(t);
    assert.equal((await call(other, "GET", "/health")).headers["strict-transport-security"], undefined);
  });

  test("speaks nothing older than TLS 1.2", async (t) => {
    const { server } = await start(t);
    const ca = await trust("one");
    const options = { port: server.port, host: "127.0.0.1", ca, ciphers: "DEFAULT@SECLEVEL=0" };
    const old = secureConnect({ ...options, minVersion: "TLSv1.1", maxVersion: "TLSv1.1" });
    t.after(() => old.destroy());
    const [error]: unknown[] = await within(once(old, "error"), "the end of the handshake");
    assert.ok(error instanceof Error);
    const recent = secureConnect({ ...options, maxVersion: "TLSv1.2" });
    t.after(() => recent.destroy());
    await within(once(recent, "secureConnect"), "the TLS handshake");
    assert.match(recent.getCipher().name, /^ECDHE-.*(GCM|POLY1305)/);
  });

  test("logs a handshake that fails, once a minute for each address", async (t) => {
    const { server } = await start(t);
    for (let count = 0; count < 3; count += 1) {
      const wrong = plainConnect(server.port, "127.0.0.1", () => wrong.write("\x16 is no handshake of TLS"));
      t.after(() => wrong.destroy());
      wrong.on("error", () => {});
      wrong.resume();
      await within(once(wrong, "close"), "the end");
    }
    await eventually("the line", async () => (await server.logLines("tls.failed")).length > 0);
    const lines = await server.logLines("tls.failed");
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.["address"], "127.0.0.1");
    assert.match(String(lines[0]?.["problem"]), /^ERR_SSL_/);
  });

  test("tells browsers on every door to come with TLS only, when that is configured", async (t) => {
    const { server } = await start(t, { hstsMs: "365d" });
    for (const [method, path] of [
      ["GET", "/poll?channels=a,a"],
      ["GET", "/events?channels=a,a"],
      ["POST", "/command"],
      ["GET", "/health"],
    ] as const) {
      const { headers } = await call(server, method, path);
      assert.equal(headers["strict-transport-security"], "max-age=31536000", path);
    }
  });

  test("closes handshakes that do not end, before TLS, within it and after it", async (t) => {
    const { server } = await start(t, {}, { limits: { handshakeTimeoutMs: 300 } });
    const silent = plainConnect(server.port, "127.0.0.1");
    const halfway = plainConnect(server.port, "127.0.0.1", () =>
      halfway.write(Buffer.from("16030100", "hex")),
    );
    const secured = secureConnect({ port: server.port, host: "127.0.0.1", ca: await trust("one") });
    const plain = plainConnect(server.port, "127.0.0.1", () => plain.write("GET / HT"));
    for (const socket of [silent, halfway, secured, plain]) {
      t.after(() => socket.destroy());
      socket.on("error", () => {});
      socket.resume();
    }
    await Promise.all([silent, halfway, secured, plain].map((one) => within(once(one, "close"), "the end")));
  });

  test("counts an unfinished TLS handshake among the unfinished", async (t) => {
    const { server } = await start(t, {}, { limits: { maxHandshakes: 2 } });
    const sockets = Array.from({ length: 3 }, () => {
      const socket = plainConnect(server.port, "127.0.0.1", () =>
        socket.write(Buffer.from("16030100", "hex")),
      );
      t.after(() => socket.destroy());
      socket.on("error", () => {});
      socket.resume();
      return socket;
    });
    const ends = sockets.map(async (socket) => once(socket, "close").catch(() => {}));
    await within(Promise.race(ends), "the end of one of them");
    const client = await NativeClient.open(t, server, "channels=news", { ca: await trust("one") });
    await client.next("subscribed");
    const [line] = await server.logLines("limit.reached");
    assert.equal(line?.["limit"], "unfinished_handshakes");
  });

  test("stops with open connections, and with handshakes that are unfinished", async (t) => {
    const { server } = await start(t);
    const client = await NativeClient.open(t, server, "channels=news", { ca: await trust("one") });
    await client.next("subscribed");
    const halfway = plainConnect(server.port, "127.0.0.1");
    t.after(() => halfway.destroy());
    halfway.on("error", () => {});
    halfway.write(Buffer.from("16030100", "hex"));
    await call(server, "GET", "/health");
    await within(server.stop(), "the server's end");
    assert.equal((await client.closed).code, 4000);
  });
});

describe("a certificate that is renewed", () => {
  test("is in use for new connections, and those that are open go on", async (t) => {
    const { server, files } = await start(t);
    const client = await NativeClient.open(t, server, "channels=news", { ca: await trust("one") });
    await client.next("subscribed");
    await files.put("two", "cert");
    await files.put("two", "key");
    await eventually(
      "the new certificate",
      async () => (await server.logLines("tls.certificate")).length > 1,
    );
    await openTls(t, server.port, "two");
    const backend = await openTls(t, server.port, "two");
    backend.write(pushLine(server.apiKey.key, "news", "still here"));
    assert.equal((await client.next("message")).data, "still here");
  });

  test("may come as a link that is replaced, as certbot does it", async (t) => {
    const { server, files } = await start(t);
    for (const part of ["cert", "key"] as const) {
      const archive = `${files[part]}.2`;
      await files.put("two", part);
      await rename(files[part], archive);
      await symlink(archive, `${files[part]}.link`);
      await rename(`${files[part]}.link`, files[part]);
    }
    await eventually(
      "the new certificate",
      async () => (await server.logLines("tls.certificate")).length > 1,
    );
    await openTls(t, server.port, "two");
  });

  test("leaves the one before in use until it is whole, and the log says once why", async (t) => {
    const { server, files } = await start(t);
    await files.put("two", "cert");
    await eventually("a line", async () => (await server.logLines("tls.refused")).length > 0);
    await openTls(t, server.port, "one");
    await writeFile(files.key, "no key");
    await eventually("a second line", async () => (await server.logLines("tls.refused")).length === 2);
    await rm(files.key);
    await eventually("a third line", async () => (await server.logLines("tls.refused")).length === 3);
    await openTls(t, server.port, "one");
    await files.put("two", "key");
    await eventually(
      "the new certificate",
      async () => (await server.logLines("tls.certificate")).length === 2,
    );
    await openTls(t, server.port, "two");
    assert.equal((await server.logLines("tls.refused")).length, 3);
  });

  test("that cannot be used keeps a server from starting, with the reason", async (t) => {
    const files = await certificateFolder(t);
    await files.put("two", "key");
    const settings = { tls: { cert: files.cert, key: files.key } };
    await assert.rejects(startTestServer(t, { settings }), /cannot be used together/);
    await rm(files.cert);
    await assert.rejects(startTestServer(t, { settings }), /cannot be read/);
  });
});

const php = findPhp();

describe("PHP over TLS", () => {
  test("pushes a line through a stream socket", { skip: php.skip }, async (t) => {
    const { server, files } = await start(t);
    const script = `
      $context = stream_context_create(['ssl' => ['cafile' => '${files.cert}', 'peer_name' => 'localhost']]);
      $socket = stream_socket_client('ssl://127.0.0.1:${server.port}', $code, $text, 10, STREAM_CLIENT_CONNECT, $context);
      fwrite($socket, json_encode(['from' => 'api', 'key' => '${server.apiKey.key}', 'channel' => 'news', 'data' => 'from PHP']) . "\\n");
      echo fgets($socket);
    `;
    const { stdout, stderr } = await promisify(execFile)(php.path, ["-r", script]);
    assert.match(stdout, /"ok":true/, stderr);
  });
});
