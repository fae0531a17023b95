import { NativeClient } from "../../../packages/server/test/support/native-client.ts";
import { LineClient } from "../../../packages/server/test/support/line-client.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";
import { exchange, request } from "../support/raw-http.ts";

const FORGED = '{"level":"info","event":"user.unbanned","user":"mallory"}';

/** What breaks lines, moves cursors, colours terminals, ends JSON strings, or is far too long. */
const HOSTILE: readonly string[] = [
  `x\n${FORGED}`,
  `x\r\n${FORGED}\r\n`,
  `x","event":"user.unbanned","user":"mallory`,
  "x\u001b[2J\u001b[31mred\u0007",
  "x\u009b31mred",
  "x\u0085y\u2028z\u2029",
  "x\u202egnp.exe",
  "x\u0000y\u007f",
  "é".repeat(60),
  "x".repeat(8000),
];

/** Lines of the log that an attacker writes. */
export const logInjection: Attack = {
  name: "log injection",
  target: "open",
  tried: `${HOSTILE.length} texts with line ends, terminal codes, JSON and great length as user id, channel, reason, origin, host, path, query, subprotocol, message id, close reason and raw-TCP line`,
  defence:
    "one JSON object a line, of a known event and bounded length, with every control character escaped",
  async run(arena) {
    const before = arena.server.log.length;
    for (const text of HOSTILE) {
      await throughWebSocket(arena, text);
      await throughHttp(arena, text);
      await throughRawTcp(arena, text);
    }
    const lines = arena.server.log.slice(before);
    const forged = lines.filter((line) => line.startsWith('{"level":"info","event":"user.unbanned"'));
    arena.expect(forged.length === 0, `the attacker wrote a line: ${forged[0]}`);
    return `${arena.outcomes()}; the log is intact`;
  },
};

async function throughWebSocket(arena: Arena, text: string): Promise<void> {
  const encoded = encodeURIComponent(text);
  for (const query of [`user=${encoded}`, `channels=${encoded}`, `token=${encoded}&user=x`]) {
    const client = await NativeClient.open(arena, arena, query).catch(() => null);
    arena.count(client === null ? "handshake refused" : "connected");
    client?.socket.terminate();
  }
  const client = await NativeClient.open(arena, arena);
  client.send({ type: "connect", id: 1, user: text, info: text, client: { name: text, version: text } });
  client.send({ type: "subscribe", id: 2, channel: text });
  client.send({
    type: "publish",
    id: 3,
    channel: "attack.memory.log",
    data: text,
    messageId: text,
    key: text,
  });
  client.send({ type: text, id: 4 });
  client.sendText(text);
  await client.settled();
  // A close frame has room for 123 bytes.
  client.socket.close(
    4000,
    Buffer.from(text)
      .subarray(0, 60)
      .toString()
      .replace(/\ufffd/g, ""),
  );
  await client.closed;
}

async function throughHttp(arena: Arena, text: string): Promise<void> {
  const encoded = encodeURIComponent(text);
  const { apiKey } = arena.server;
  const withKey = `Authorization: Bearer ${apiKey}`;
  const raw = Buffer.from(text.replace(/[\r\n\0]/g, " "), "utf8").toString("latin1");
  for (const [line, headers] of [
    [`GET /${encoded} HTTP/1.1`, []],
    [`GET /api/channels/${encoded} HTTP/1.1`, []],
    [`GET /api/channels/${encoded} HTTP/1.1`, [withKey]],
    [`GET /api/users/${encoded} HTTP/1.1`, [withKey]],
    [`GET /api/channels?match=${encoded} HTTP/1.1`, [withKey]],
    ["GET / HTTP/1.1", [`Origin: ${raw}`]],
    ["GET / HTTP/1.1", [`Host: ${raw}`]],
    ["GET /api/info HTTP/1.1", [`Authorization: Bearer ${raw}`]],
    ["GET /api/info HTTP/1.1", [`User-Agent: ${raw}`, `Referer: ${raw}`, `X-Request-Id: ${raw}`]],
    [`GET /${raw.replaceAll(" ", "")} HTTP/1.1`, []],
  ] as const) {
    const { answers } = await exchange(arena, request(arena, line, headers));
    arena.count(answers[0]?.status ?? "no answer");
  }
  const body = JSON.stringify({ reason: text.slice(0, 200), for: "1s" });
  for (const line of [
    "POST /api/users/nobody/disconnect HTTP/1.1",
    "PUT /api/users/nobody/ban HTTP/1.1",
    `PUT /api/users/${encoded}/ban HTTP/1.1`,
    // So that the next round can connect as this user again.
    `DELETE /api/users/${encoded}/ban HTTP/1.1`,
  ]) {
    const length = `Content-Length: ${Buffer.byteLength(body)}`;
    const head = request(arena, line, [withKey, "Content-Type: application/json", length]);
    const { answers } = await exchange(arena, Buffer.from(head + body));
    arena.count(answers[0]?.status ?? "no answer");
  }
}

async function throughRawTcp(arena: Arena, text: string): Promise<void> {
  const lines = await LineClient.open(arena, arena);
  lines.send(`{${text.replaceAll("\n", " ")}}\n`);
  await lines.line();
  lines.send(
    `${JSON.stringify({ from: "api", key: arena.server.apiKey, channel: text, data: 1, id: text })}\n`,
  );
  arena.count((await lines.line())["ok"] === true ? "line obeyed" : "line refused");
  lines.socket.destroy();
}

/** Secrets where the server might write them down. */
export const secretsInLogs: Attack = {
  name: "secrets in the log",
  target: "open",
  tried:
    "the key, a session and a payload in every place where a request can be wrong: queries, headers of another scheme, cookies, subprotocols, broken JSON, unknown fields, wrong types, too long lines",
  defence: "the log tells of each refusal and holds none of them",
  async run(arena) {
    const { apiKey } = arena.server;
    const payload = `payload-${Math.random().toString(36).slice(2)}-of-somebody`;
    arena.secrets.add(payload);
    const client = await NativeClient.open(arena, arena, "user=ada");
    const { session } = await client.connected();
    arena.secrets.add(session);
    for (const secret of [apiKey, session, payload]) {
      await leakOverHttp(arena, secret);
      client.send({ type: "publish", id: 1, channel: "attack.memory.secrets", data: secret });
      client.send({ type: "publish", id: 2, channel: "attack.server.secrets", data: { secret } });
      client.send({ type: "connect", id: 3, token: secret, session: secret });
      client.send({ type: "refresh", id: 4, token: secret });
      client.send({ type: "rpc", id: 5, method: "x", data: secret });
      client.sendText(`{"type":"publish","session":"${secret}","data":"${secret}`);
      await client.settled();
      const lines = await LineClient.open(arena, arena);
      lines.send(`{"from":"api","key":"${apiKey}","data":"${secret}",\n`);
      lines.send(`${JSON.stringify({ from: "api", key: apiKey, channel: "a b", data: secret })}\n`);
      lines.send(`${JSON.stringify({ from: "api", key: `${secret}x`, channel: "a", data: secret })}\n`);
      for (let i = 0; i < 3; i += 1)
        arena.count((await lines.line())["ok"] === true ? "obeyed" : "line refused");
      lines.socket.destroy();
    }
    return arena.outcomes();
  },
};

async function leakOverHttp(arena: Arena, secret: string): Promise<void> {
  const upgrade = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"];
  for (const [line, headers] of [
    [`GET /api/info?key=${secret} HTTP/1.1`, []],
    [`GET /api/info?token=${secret}&session=${secret} HTTP/1.1`, []],
    [`GET /nowhere?authorization=${secret} HTTP/1.1`, [`Cookie: session=${secret}`]],
    ["GET /api/info HTTP/1.1", [`Authorization: ${secret}`]],
    ["GET /api/info HTTP/1.1", [`Authorization: Basic ${secret}`]],
    ["GET /api/info HTTP/1.1", [`Authorization: Bearer ${secret}x`]],
    [`GET /connect?token=${secret}&channels=a%20b HTTP/1.1`, [...upgrade, "Sec-WebSocket-Key: x"]],
    [`GET /connect?session=${secret} HTTP/1.1`, [...upgrade, `Sec-WebSocket-Protocol: ${secret}`]],
    [`GET /nowhere?token=${secret} HTTP/1.1`, [...upgrade, `Tidewire-Session: ${secret}`]],
    [`GET /% HTTP/1.1`, [`Authorization: Bearer ${secret}`]],
    [`GET /connect?token=${secret} HTTP/1.1`, ["Origin: https://evil.example"]],
  ] as const) {
    const { answers } = await exchange(arena, request(arena, line, headers));
    arena.count(answers[0]?.status ?? "no answer");
  }
  const body = `{"data":"${secret}","key":"${secret}"`;
  const headers = [`Authorization: Bearer ${arena.server.apiKey}`, "Content-Type: application/json"];
  for (const text of [body, `${body}}`, `${body},"id":["${secret}"]}`, `["${secret}"]`]) {
    const length = `Content-Length: ${text.length}`;
    const line = "POST /api/channels/attack.server.secrets/messages HTTP/1.1";
    const { answers } = await exchange(arena, request(arena, line, [...headers, length], text));
    arena.count(answers[0]?.status ?? "no answer");
  }
}
