import type { Attack } from "../attack.ts";
import { exchange, request } from "../support/raw-http.ts";
import { NativeClient } from "../../../packages/server/test/support/native-client.ts";

const BREAKS = ["%0d%0a", "%0a", "%0d", "%E5%98%8A%E5%98%8D", "%c4%8d%c4%8a", "%e2%80%a8", "%250d%250a"];
const INJECTED = "X-Injected:%201";

/** Line ends in what might be repeated in a head. */
export const responseSplitting: Attack = {
  name: "response splitting",
  target: "open",
  tried:
    "encoded line ends (also as UTF-8 that lossy conversions make line ends of) in paths, queries, channel names, user ids, message ids, subprotocols, kick reasons and ban reasons, on every kind of route",
  defence: "no header of the attacker's in any head; the reason arrives as text",
  async run(arena) {
    const withKey = `Authorization: Bearer ${arena.server.apiKey}`;
    const upgrade = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"];
    const handshake = [...upgrade, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
    for (const lineEnd of BREAKS) {
      const bad = `a${lineEnd}${INJECTED}${lineEnd}${lineEnd}b`;
      const requests: readonly (readonly [string, readonly string[]])[] = [
        [`GET /${bad} HTTP/1.1`, []],
        [`GET /?${bad} HTTP/1.1`, []],
        [`GET /demo/${bad} HTTP/1.1`, []],
        [`GET /demo/chat?${bad} HTTP/1.1`, []],
        [`GET /assets/${bad} HTTP/1.1`, []],
        [`GET /api/channels/${bad} HTTP/1.1`, [withKey]],
        [`GET /api/channels?match=${bad} HTTP/1.1`, [withKey]],
        [`GET /api/users/${bad} HTTP/1.1`, [withKey]],
        [`DELETE /api/connections/${bad} HTTP/1.1`, [withKey]],
        [`GET /connect?channels=${bad} HTTP/1.1`, handshake],
        [`GET /connect?user=${bad}&token=${bad} HTTP/1.1`, [...handshake.slice(0, -1)]],
        [`GET /connect${bad} HTTP/1.1`, handshake],
        [`OPTIONS /api/${bad} HTTP/1.1`, []],
      ];
      for (const [line, headers] of requests) {
        const { answers } = await exchange(arena, request(arena, line, headers));
        arena.count(answers[0]?.status ?? "no answer");
        arena.expect(answers.length <= 1, `${line} was answered ${answers.length} times`);
        const injected = answers.some((answer) =>
          answer.headers.some((header) => /^x-injected/i.test(header)),
        );
        arena.expect(!injected, `${line} put a header into the answer`);
      }
    }
    await kickWithLineEnds(arena);
    return arena.outcomes();
  },
};

async function kickWithLineEnds(arena: Parameters<Attack["run"]>[0]): Promise<void> {
  const reason = "bye\r\nX-Injected: 1\r\n\r\n\u001b[31m";
  const user = "splitter";
  const client = await NativeClient.open(arena, arena, `user=${user}`);
  await client.connected();
  await arena.server.call("PUT", `/api/users/${user}/ban`, { for: "1m", reason });
  const { code } = await client.closed;
  arena.expect(code >= 4400, `a banned user was closed with ${code}`);
  const { answers } = await exchange(
    arena,
    request(arena, `GET /connect?user=${user} HTTP/1.1`, [
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]),
  );
  const injected = answers.some(({ headers }) => headers.some((header) => /^x-injected/i.test(header)));
  arena.expect(!injected, "a ban's reason put a header into the answer");
  arena.count(`${answers[0]?.status ?? "no answer"} for a ban's reason`);
  await arena.server.call("DELETE", `/api/users/${user}/ban`);
}
