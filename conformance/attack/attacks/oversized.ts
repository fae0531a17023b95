import { gzipSync } from "node:zlib";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";
import { dial, exchange, request, whenClosed } from "../support/raw-http.ts";

const MB = 1024 * 1024;

interface Oversized {
  readonly what: string;
  /** What is sent at once. */
  readonly begin: string | Uint8Array;
  /** What follows, so many times or until the server closes. */
  readonly more: string;
  readonly times: number;
  /** What the answer has to begin with, if one arrives before the connection is reset. */
  readonly answer: RegExp;
}

/** Heads, bodies and lines that are larger than any honest one. */
export const oversized: Attack = {
  name: "oversized heads, bodies and lines",
  target: "open",
  tried:
    "a head of 1 MB in one header, in 20 000 headers and in the address; bodies of 64 MB with and without a length, in chunks of 1 byte, with endless chunk extensions and trailers; gzip bombs; raw-TCP lines of 64 MB",
  defence: "400, 413, 415 or 431, or a reset; no more is kept than the limit of its kind",
  async run(arena) {
    const { apiKey } = arena.server;
    for (const one of [...heads(), ...bodies(apiKey), ...lines(apiKey)]) {
      const { start, closed } = await send(arena, one);
      arena.count(/^HTTP\/1\.1 (\d{3})|"code":"(\w+)"/.exec(start)?.slice(1).find(Boolean) ?? "reset");
      arena.expect(start === "" || one.answer.test(start), `${one.what} was answered ${start}`);
      arena.expect(closed, `${one.what}: the connection stays open`);
    }
    await gzipBomb(arena);
    return arena.outcomes();
  },
};

const HEAD = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n";
const TOO_LARGE_HEAD = /^HTTP\/1\.1 4(?:00|31) /;
const TOO_LARGE_BODY = /^HTTP\/1\.1 4(?:00|13) /;

function heads(): readonly Oversized[] {
  const kilobyte = "a".repeat(1024);
  return [
    { what: "a long header", begin: `${HEAD}X-Long: `, more: kilobyte, times: 1024, answer: TOO_LARGE_HEAD },
    { what: "many headers", begin: HEAD, more: "X-Many: 1\r\n", times: 20_000, answer: TOO_LARGE_HEAD },
    { what: "a long address", begin: "GET /", more: kilobyte, times: 1024, answer: TOO_LARGE_HEAD },
    { what: "a long method", begin: "", more: "GET", times: 10_000, answer: TOO_LARGE_HEAD },
    { what: "a header's long name", begin: HEAD, more: kilobyte, times: 1024, answer: TOO_LARGE_HEAD },
  ];
}

function bodies(key: string): readonly Oversized[] {
  const push = `POST /api/channels/attack.memory.big/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nConnection: close\r\n`;
  const chunked = `${push}Transfer-Encoding: chunked\r\n\r\n`;
  const chunk = `10000\r\n${"a".repeat(65_536)}\r\n`;
  const command = push.replace("/api/channels/attack.memory.big/messages", "/command");
  const answer = TOO_LARGE_BODY;
  return [
    {
      what: "a long body",
      begin: `${push}Content-Length: ${64 * MB}\r\n\r\n`,
      more: "a".repeat(65_536),
      times: 1024,
      answer,
    },
    { what: "a long chunked body", begin: chunked, more: chunk, times: 1024, answer },
    { what: "chunks of 1 byte", begin: chunked, more: "1\r\na\r\n".repeat(1000), times: 1100, answer },
    {
      what: "chunks of 1 byte without a key",
      begin: chunked.replace(`Bearer ${key}`, "x"),
      more: "1\r\na\r\n".repeat(1000),
      times: 2000,
      answer: /^HTTP\/1\.1 401 /,
    },
    { what: "a chunk extension", begin: `${chunked}1;x=`, more: "a".repeat(65_536), times: 100, answer },
    { what: "trailers", begin: `${chunked}0\r\n`, more: "X-Trailer: 1\r\n".repeat(1000), times: 100, answer },
    {
      what: "a long command",
      begin: `${command}Content-Length: ${64 * MB}\r\n\r\n`,
      more: "a".repeat(65_536),
      times: 100,
      answer,
    },
  ];
}

function lines(key: string): readonly Oversized[] {
  const begin = `{"from":"api","key":"${key}","channel":"a","data":"`;
  const answer = /line_too_long/;
  return [
    { what: "a long line", begin, more: "a".repeat(65_536), times: 1024, answer },
    { what: "a line of blanks", begin: " ", more: " ".repeat(65_536), times: 1024, answer },
  ];
}

/** Sends until all is sent or the server closes; gives the beginning of its answer. */
async function send(
  arena: Arena,
  { begin, more, times }: Oversized,
): Promise<{ start: string; closed: boolean }> {
  const socket = await dial(arena);
  let start = "";
  socket.on("data", (chunk: Buffer) => {
    if (start.length < 300) start += chunk.toString("latin1");
  });
  const closed = whenClosed(socket);
  socket.write(begin);
  for (let i = 0; i < times && socket.writable && !socket.readableEnded; i += 1) {
    if (socket.write(more)) continue;
    await new Promise<void>((resolve) => {
      socket.once("drain", resolve).once("close", resolve).once("end", resolve);
    });
  }
  const hasClosed = await closed;
  socket.destroy();
  return { start: start.slice(0, 300), closed: hasClosed };
}

/** Compressed bodies are not unpacked at all. */
async function gzipBomb(arena: Arena): Promise<void> {
  const bomb = gzipSync(Buffer.alloc(100 * MB, "a"));
  const headers = [
    `Authorization: Bearer ${arena.server.apiKey}`,
    "Content-Type: application/json",
    "Content-Encoding: gzip",
    `Content-Length: ${bomb.length}`,
  ];
  const head = request(arena, "POST /api/channels/attack.memory.big/messages HTTP/1.1", headers);
  const { answers } = await exchange(arena, Buffer.concat([Buffer.from(head), bomb]));
  const status = answers[0]?.status ?? 0;
  arena.count(status);
  arena.expect(status >= 400 && status < 500, `a gzip bomb was answered ${status}`);
}
