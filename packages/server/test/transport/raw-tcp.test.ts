import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, Socket } from "node:net";
import { describe, test, type TestContext } from "node:test";
import { refuse } from "../../src/core/refusal.ts";
import { UNCOUNTED } from "../../src/core/limit-hits.ts";
import { Turn } from "../../src/core/turn.ts";
import { RawTcp, type RawTcpOptions } from "../../src/transport/raw-tcp.ts";
import { type LineAnswer, refusedLine } from "../../src/wire/lines/line-api.ts";
import { eventually, within } from "../support/deadline.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { type LogLine, RecordingLogger } from "../support/recording-logger.ts";

/** A long answer, to a line that begins with `long`. */
const LONG_ANSWER = JSON.stringify("x".repeat(10_000));

/** Answers each line with itself; lines that begin with `wait` are answered when the test says so. */
class Echo {
  readonly waiting: (() => void)[] = [];
  readonly heard: string[] = [];

  answer(text: string): LineAnswer | Promise<LineAnswer> {
    this.heard.push(text);
    if (text === "bad") return refusedLine(refuse("bad_request"), false);
    if (text === "key") return refusedLine(refuse("unauthorized"), true);
    if (text === "bug") throw new Error("a bug");
    return this.#later(text);
  }

  async #later(text: string): Promise<LineAnswer> {
    if (text === "later bug") throw new Error("a bug");
    if (text.startsWith("wait")) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    }
    if (text.startsWith("long")) return { json: LONG_ANSWER, end: false, refusal: null, key: null };
    return {
      json: JSON.stringify(text.length < 200 ? text : text.length),
      end: false,
      refusal: null,
      key: null,
    };
  }
}

interface Setup {
  readonly echo: Echo;
  readonly rawTcp: RawTcp;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  /** The client's end. */
  readonly client: Socket;
  /** The server's end. */
  readonly socket: Socket;
}

async function setUp(t: TestContext, options: Partial<RawTcpOptions> = {}): Promise<Setup> {
  const echo = new Echo();
  const clock = new FakeClock();
  const logger = new RecordingLogger();
  const rawTcp = new RawTcp(
    { lineBytes: 1000, lineTimeoutMs: 10_000, remote: false, ...options },
    { lines: echo, turn: new Turn((end) => setImmediate(end)), clock, logger, hits: UNCOUNTED },
  );
  // An HTTP server, behind which the interface lives, allows half-open sockets.
  const server = createServer({ allowHalfOpen: true });
  const accepted = new Promise<Socket>((resolve) => {
    server.on("connection", (socket) => {
      rawTcp.accept(socket);
      resolve(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const client = connect({ port: address.port, host: "127.0.0.1", allowHalfOpen: true });
  t.after(() => {
    client.destroy();
    rawTcp.destroyAll();
    server.close();
  });
  client.on("error", () => {});
  return { echo, rawTcp, clock, logger, client, socket: await accepted };
}

function codeOf({ fields }: LogLine): unknown {
  return "code" in fields ? fields.code : undefined;
}

/** Everything that the server sends until it ends its side. */
async function readAll(client: Socket): Promise<string> {
  let text = "";
  client.setEncoding("utf8");
  client.on("data", (more: string) => {
    text += more;
  });
  client.resume();
  await within(once(client, "end"), "the server's end", () => `so far: ${text.slice(0, 300)}`);
  return text;
}

describe("raw TCP: lines and answers", () => {
  test("answers come in the order of the lines, whichever is ready first", async (t) => {
    const { echo, client } = await setUp(t);
    client.end("wait 1\nquick\nwait 2\n");
    await eventually("the second waiting line is heard", () => echo.waiting.length === 2);
    echo.waiting[1]?.();
    echo.waiting[0]?.();
    assert.equal(await readAll(client), '"wait 1"\n"quick"\n"wait 2"\n');
  });

  test("the end of input ends a line, and the socket closes after the last answer", async (t) => {
    const { client, socket } = await setUp(t);
    client.end("one\ntwo");
    assert.equal(await readAll(client), '"one"\n"two"\n');
    await within(
      socket.closed ? Promise.resolve() : once(socket, "close").then(() => {}),
      "the server's socket's close",
    );
  });

  test("a line split between any two bytes is one line", async (t) => {
    const { client } = await setUp(t);
    const text = "ü→😀 done\r\nnext\n";
    for (const byte of Buffer.from(text)) {
      await new Promise<void>((resolve) => {
        client.write(Buffer.of(byte), () => setImmediate(resolve));
      });
    }
    client.end();
    assert.equal(await readAll(client), '"ü→😀 done"\n"next"\n');
  });

  test("empty lines and a carriage return before the line feed mean nothing", async (t) => {
    const { client } = await setUp(t);
    client.end("\n\r\n  \none\r\n\n");
    assert.equal(await readAll(client), '"one"\n');
  });

  test("a line in thousands of pieces is put together right", async (t) => {
    const { client, socket } = await setUp(t, { lineBytes: 100_000 });
    // Pieces as the socket delivers them: without the network in between, each is its own for certain.
    for (let piece = 0; piece < 5000; piece += 1) socket.emit("data", Buffer.from("0123456789"));
    socket.emit("data", Buffer.from("\n"));
    client.end();
    assert.equal(await readAll(client), "50000\n");
  });
});

describe("raw TCP: what is wrong", () => {
  test("a line that is too long is answered, ends the connection, and is logged", async (t) => {
    const { client, logger, echo } = await setUp(t);
    client.write(`first\n${"x".repeat(1001)}`);
    const answer = await readAll(client);
    assert.match(answer, /^"first"\n\{"ok":false,"error":\{"code":"line_too_long"/);
    assert.deepEqual(echo.heard, ["first"]);
    assert.deepEqual(logger.of("client.refused").map(codeOf), ["line_too_long"]);
  });

  test("a line that never ends is closed in time; one that is not begun may wait for ever", async (t) => {
    const { client, clock, rawTcp, socket } = await setUp(t);
    clock.advance(1_000_000);
    rawTcp.sweep();
    client.write("beg");
    await once(socket, "data");
    clock.advance(10_000);
    rawTcp.sweep();
    assert.ok(socket.writable, "exactly the time-out is in time");
    clock.advance(1);
    rawTcp.sweep();
    assert.match(await readAll(client), /request_timeout/);
  });

  test("what is not UTF-8 is refused instead of stored as something else", async (t) => {
    const { client, echo } = await setUp(t);
    client.end(Buffer.concat([Buffer.from('{"data":"'), Buffer.of(0xff, 0xfe), Buffer.from('"}\nnext\n')]));
    assert.match(await readAll(client), /^\{"ok":false,"error":\{"code":"malformed_json".*\}\n"next"\n$/);
    assert.deepEqual(echo.heard, ["next"]);
  });

  test("a refusal that ends the connection leaves later lines unheard and unanswered", async (t) => {
    const { client, echo } = await setUp(t);
    client.write("one\nkey\ntwo\nthree\n");
    assert.match(await readAll(client), /^"one"\n\{"ok":false,"error":\{"code":"unauthorized"[^\n]*\}\}\n$/);
    assert.deepEqual(echo.heard, ["one", "key"], "or a connection would be good for thousands of guesses");
  });

  test("a connection's wrong lines are logged once", async (t) => {
    const { client, logger } = await setUp(t);
    client.end("bad\nbad\nbad\n");
    assert.equal((await readAll(client)).split("\n").length, 4, "each is answered");
    assert.equal(logger.of("client.refused").length, 1);
  });

  for (const bug of ["bug", "later bug"]) {
    test(`a ${bug} in a line is told as such, without what it was, and ends the connection`, async (t) => {
      const { client, logger } = await setUp(t);
      client.write(`${bug}\nnext\n`);
      const answer = await readAll(client);
      assert.match(answer, /^\{[^\n]*"internal"[^\n]*\n$/);
      assert.ok(!answer.includes("a bug"), "internals never reach a peer");
      assert.equal(logger.of("server.bug").length, 1);
    });
  }

  test("another machine is turned away before any of its lines is heard", async (t) => {
    const { echo, rawTcp, logger } = await setUp(t);
    const written: string[] = [];
    const remote = new Socket();
    Object.defineProperty(remote, "remoteAddress", { value: "203.0.113.9" });
    Object.defineProperty(remote, "writable", { value: true });
    remote.write = (text: string | Uint8Array): boolean => {
      written.push(String(text));
      return true;
    };
    t.after(() => remote.destroy());
    rawTcp.accept(remote);
    remote.emit("data", Buffer.from('{"key":"secret"}\n'));
    await eventually("it is answered", () => written.length > 0);
    assert.match(written.join(""), /insecure_transport/);
    assert.deepEqual(echo.heard, []);
    assert.equal(logger.of("client.refused").map(codeOf)[0], "insecure_transport");
  });
});

describe("raw TCP: clients that hold on", () => {
  test("one that reads no answers is not read either, and gets all of them once it reads", async (t) => {
    const { client, socket, echo } = await setUp(t);
    client.pause();
    const paused = once(socket, "pause");
    // So long that what the socket reads at once never has as many lines as may be under way.
    const line = `long${"x".repeat(900)}\n`;
    let sent = 0;
    const send = (): void => {
      while (!socket.isPaused() && !client.destroyed) {
        sent += 50;
        if (!client.write(line.repeat(50))) {
          client.once("drain", () => setImmediate(send));
          return;
        }
      }
    };
    send();
    await within(paused, "the end of reading", () => `${socket.writableLength} bytes of answers wait`);
    // One turn of the event loop reads a socket at most 32 times, 64 KB each, and answers here are a little longer than lines.
    assert.ok(socket.writableLength < 32 * 65_536 * 1.5, `${socket.writableLength} bytes of answers wait`);
    client.end();
    const answers = await readAll(client);
    assert.equal(answers.split("\n").length - 1, sent, "none is lost");
    assert.equal(echo.heard.length, sent);
  });

  test("one that was told to go and stays is cut off", async (t) => {
    const { client, clock, rawTcp, socket } = await setUp(t);
    client.write("key\n");
    await readAll(client);
    assert.equal(rawTcp.size, 1, "its side is still open");
    clock.advance(10_001);
    const closed = once(socket, "close");
    rawTcp.sweep();
    await within(closed, "the close");
    assert.equal(rawTcp.size, 0);
  });

  test("so many lines under way are enough: the next ones wait in the network", async (t) => {
    const { client, socket, echo } = await setUp(t);
    client.write("wait\n".repeat(256));
    await within(socket.isPaused() ? Promise.resolve() : once(socket, "pause").then(() => {}), "the pause");
    client.end("more\n");
    for (const go of echo.waiting.splice(0)) go();
    const answers = await readAll(client);
    assert.equal(answers, `${'"wait"\n'.repeat(256)}"more"\n`);
  });

  test("at the end of the server, answers under way are still given", async (t) => {
    const { client, rawTcp, echo } = await setUp(t);
    client.write("wait\n");
    await eventually("the line is heard", () => echo.waiting.length === 1);
    rawTcp.endAll();
    client.write("late\n");
    echo.waiting[0]?.();
    assert.equal(await readAll(client), '"wait"\n');
    assert.deepEqual(echo.heard, ["wait"], "no further line is taken");
  });
});
