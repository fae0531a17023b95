import type { Arena } from "../arena.ts";
import { tokenOf } from "../../../packages/server/test/support/tokens.ts";
import type { Attack, TargetName } from "../attack.ts";
import { exchange, request, statusOf } from "../support/raw-http.ts";

const UPGRADE = [
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

const FOREIGN_ORIGINS: readonly string[] = [
  "https://evil.example",
  "http://127.0.0.1.evil.example",
  "http://localhost.evil.example",
  "http://evil.example#localhost",
  "http://evil.example/?localhost",
  "http://localhost@evil.example",
  "http://evil.example:80",
  "file://",
  "null",
  "chrome-extension://abcdefghijklmnop",
  "http://[::2]",
  "http://2130706433.evil.example",
  "http://127.0.0.1, https://evil.example",
];

/** Pages of other sites, where nobody proves anything. */
export const foreignOrigin: Attack = originAttack("foreign origins", "open", "");

/** The same where the page has a user's token: same-origin is the default. */
export const foreignOriginWithToken: Attack = originAttack(
  "foreign origins with a token",
  "authenticated",
  `token=${tokenOf({ sub: "ada" })}`,
);

function originAttack(name: string, target: TargetName, query: string): Attack {
  return {
    name,
    target,
    tried: `${FOREIGN_ORIGINS.length} origins that are not the server's, some looking like it, on WebSocket, \`/events\`, \`/poll\`, \`/command\`, the pages, the metrics and the API with its key, and preflights for each${query === "" ? "" : ", with a user's token"}`,
    defence: "403, and no answer that a foreign page could read",
    async run(arena) {
      const withKey = `Authorization: Bearer ${arena.server.apiKey}`;
      const json = "Content-Type: application/json";
      const preflight = "Access-Control-Request-Method: POST";
      const asksKey = "Access-Control-Request-Headers: authorization, content-type, tidewire-session";
      const preflights = [
        "/api/broadcast",
        "/api/channels/news/messages",
        "/events",
        "/poll",
        "/command",
        "/",
      ];
      const doors: readonly (readonly [string, readonly string[]])[] = [
        [`GET /connect?channels=news&${query} HTTP/1.1`, UPGRADE],
        [`GET /connect?user=ada&${query} HTTP/1.1`, UPGRADE],
        [`GET /events?channels=news&${query} HTTP/1.1`, ["Accept: text/event-stream"]],
        [`GET /poll?channels=news&waitMs=0&${query} HTTP/1.1`, []],
        ["POST /command HTTP/1.1", [json, "Tidewire-Session: x", "Content-Length: 0"]],
        ["GET / HTTP/1.1", []],
        ["GET /metrics HTTP/1.1", []],
        ["GET /api/info HTTP/1.1", [withKey]],
        ["POST /api/broadcast HTTP/1.1", [withKey, json, "Content-Length: 0"]],
        ...preflights.map((path) => [`OPTIONS ${path} HTTP/1.1`, [preflight, asksKey]] as const),
      ];
      for (const origin of FOREIGN_ORIGINS) {
        for (const [line, headers] of doors) {
          const bytes = request(arena, line, [`Origin: ${origin}`, ...headers]);
          const { answers } = await exchange(arena, bytes);
          const status = answers[0]?.status ?? 0;
          arena.count(status);
          arena.expect(status === 403, `${line} from ${origin} was answered ${status}`);
          const allowed = answers[0]?.headers.filter((header) => /^access-control-allow/i.test(header)) ?? [];
          arena.expect(allowed.length === 0, `${line} lets ${origin} read: ${allowed.join(", ")}`);
        }
      }
      return arena.outcomes();
    },
  };
}

const FOREIGN_HOSTS: readonly (readonly string[])[] = [
  ["Host: evil.example"],
  ["Host: evil.example:8080"],
  ["Host: 127.0.0.1.evil.example"],
  ["Host: localhost.evil.example"],
  ["Host: localhost@evil.example"],
  ["Host: 0.0.0.0"],
  ["Host: 127.0.0.1:80:80"],
  ["Host: 127.0.0.1 evil.example"],
  ["Host: [::2]"],
  ["Host: [::1"],
  ["Host: "],
  ["Host: localhost", "Host: evil.example"],
  ["Host: 127.0.0.1", "X-Forwarded-For: 203.0.113.1"],
  ["Host: 127.0.0.1", "X-Forwarded-Host: evil.example"],
  ["Host: 127.0.0.1", "X-Forwarded-Proto: https"],
  ["Host: 127.0.0.1", "Forwarded: for=203.0.113.1"],
  ["Host: 127.0.0.1", "X-FORWARDED-FOR: 127.0.0.1"],
];

/** DNS rebinding and proxies. */
export const foreignHost: Attack = {
  name: "rebinding and proxies",
  target: "open",
  tried:
    "16 `Host` and `Forwarded` headers of rebound names and proxies, absolute addresses, two hosts, and none, on WebSocket, pages and API",
  defence: "open mode serves this machine only: 400 or 403",
  async run(arena) {
    const withKey = `Authorization: Bearer ${arena.server.apiKey}`;
    for (const hosts of FOREIGN_HOSTS) {
      await refused(arena, "GET /connect?channels=news HTTP/1.1", [...hosts, ...UPGRADE]);
      await refused(arena, "GET / HTTP/1.1", hosts);
      await refused(arena, "GET /api/info HTTP/1.1", [...hosts, withKey]);
      await refused(arena, "GET /metrics HTTP/1.1", hosts);
    }
    await withoutHost(arena);
    await refused(arena, `GET http://evil.example/ HTTP/1.1`, ["Host: evil.example"]);
    await refused(arena, `GET http://127.0.0.1:${arena.port}/ HTTP/1.1`, ["Host: evil.example"]);
    return arena.outcomes();
  },
};

async function refused(arena: Arena, line: string, headers: readonly string[]): Promise<void> {
  const status = await statusOf(arena, line, headers);
  arena.count(status);
  arena.expect(status === 400 || status === 403, `${line} with ${headers.join(", ")} was answered ${status}`);
}

async function withoutHost(arena: Arena): Promise<void> {
  for (const version of ["1.1", "1.0"]) {
    const { answers } = await exchange(arena, `GET / HTTP/${version}\r\nConnection: close\r\n\r\n`);
    const status = answers[0]?.status ?? 0;
    arena.count(status);
    arena.expect(status === 400 || status === 403, `HTTP/${version} without Host was answered ${status}`);
  }
}
