import type { Attack } from "../attack.ts";
import { exchange, request } from "../support/raw-http.ts";

/** What a proxy in front must not take for part of the first request, and the server not for a second one. */
const HIDDEN = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
const CHUNKED_END = "0\r\n\r\n";

/** Requests whose length two readers could see differently. Each is refused, or is one request and no more. */
const AMBIGUOUS: readonly (readonly [string, readonly string[], string])[] = [
  [
    "Content-Length and Transfer-Encoding",
    ["Content-Length: 5", "Transfer-Encoding: chunked"],
    CHUNKED_END + HIDDEN,
  ],
  [
    "Transfer-Encoding and Content-Length",
    ["Transfer-Encoding: chunked", "Content-Length: 5"],
    CHUNKED_END + HIDDEN,
  ],
  ["two lengths", ["Content-Length: 0", `Content-Length: ${HIDDEN.length}`], HIDDEN],
  ["a list of lengths", [`Content-Length: 0, ${HIDDEN.length}`], HIDDEN],
  ["a signed length", ["Content-Length: +0"], HIDDEN],
  ["a negative length", ["Content-Length: -1"], HIDDEN],
  ["a length in hexadecimal", ["Content-Length: 0x0"], HIDDEN],
  ["a length with a space inside", ["Content-Length: 0 0"], HIDDEN],
  ["a length that overflows", ["Content-Length: 18446744073709551616"], HIDDEN],
  ["an unknown coding", ["Transfer-Encoding: xchunked"], CHUNKED_END + HIDDEN],
  ["chunked not last", ["Transfer-Encoding: chunked, identity"], CHUNKED_END + HIDDEN],
  ["two codings", ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], CHUNKED_END + HIDDEN],
  ["a space before the colon", ["Transfer-Encoding : chunked"], CHUNKED_END + HIDDEN],
  ["a tab before the colon", ["Content-Length\t: 0"], HIDDEN],
  ["a vertical tab in the value", ["Transfer-Encoding: \x0bchunked"], CHUNKED_END + HIDDEN],
  ["a null byte in a name", ["Transfer-Encoding\x00: chunked"], CHUNKED_END + HIDDEN],
  ["a bare CR in a value", ["X-Header: a\rTransfer-Encoding: chunked"], CHUNKED_END + HIDDEN],
  ["a chunk size that overflows", ["Transfer-Encoding: chunked"], `10000000000000000\r\n${HIDDEN}`],
  ["a chunk size that is negative", ["Transfer-Encoding: chunked"], `-1\r\n${HIDDEN}`],
  ["a chunk size with 0x", ["Transfer-Encoding: chunked"], `0x0\r\n\r\n${HIDDEN}`],
  ["a chunk that is longer than it says", ["Transfer-Encoding: chunked"], `1\r\nab\r\n0\r\n\r\n${HIDDEN}`],
  ["a line of the head without a colon", ["Transfer-Encoding"], HIDDEN],
  ["a folded line at the start", [" folded: yes"], HIDDEN],
];

/** Requests inside of requests. */
export const smuggling: Attack = {
  name: "request smuggling",
  target: "open",
  tried: `${AMBIGUOUS.length} requests whose length is ambiguous or malformed, with a second request hidden in the body, as a GET and as a push with the key`,
  defence: "the push is not carried out, the hidden request is never answered, and the connection ends",
  async run(arena) {
    const withKey = `Authorization: Bearer ${arena.server.apiKey}`;
    for (const [what, headers, body] of AMBIGUOUS) {
      for (const line of ["POST /api/broadcast HTTP/1.1", "GET /health HTTP/1.1"]) {
        const all = ["Connection: keep-alive", withKey, "Content-Type: application/json", ...headers];
        const { answers, closed } = await exchange(arena, request(arena, line, all, body));
        arena.count(answers.map(({ status }) => status).join(" then ") || "no answer");
        arena.expect(answers.length <= 1, `${what}: ${answers.length} answers to ${line}`);
        const isPush = line.startsWith("POST");
        arena.expect(!isPush || answers[0]?.status !== 200, `${what}: ${line} was carried out`);
        arena.expect(closed, `${what}: the connection stays open after ${line}`);
      }
    }
    return arena.outcomes();
  },
};

const HANDSHAKE = [
  "Connection: Upgrade",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

const UPGRADES: readonly (readonly [string, string, readonly string[]])[] = [
  ["an unknown path", "GET /nowhere HTTP/1.1", ["Upgrade: websocket", ...HANDSHAKE]],
  ["a path of the API", "GET /api/info HTTP/1.1", ["Upgrade: websocket", ...HANDSHAKE]],
  ["a path outside", "GET /../connect/.. HTTP/1.1", ["Upgrade: websocket", ...HANDSHAKE]],
  ["a path that is no path", "GET //:x HTTP/1.1", ["Upgrade: websocket", ...HANDSHAKE]],
  ["HTTP/1.0", "GET /connect HTTP/1.0", ["Upgrade: websocket", ...HANDSHAKE]],
  ["POST", "POST /connect HTTP/1.1", ["Upgrade: websocket", ...HANDSHAKE]],
  ["a body", "GET /connect HTTP/1.1", ["Upgrade: websocket", ...HANDSHAKE, "Content-Length: 5"]],
  [
    "a chunked body",
    "GET /connect HTTP/1.1",
    ["Upgrade: websocket", ...HANDSHAKE, "Transfer-Encoding: chunked"],
  ],
  [
    "another protocol",
    "GET /connect HTTP/1.1",
    ["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"],
  ],
  [
    "a wrong version",
    "GET /connect HTTP/1.1",
    [
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 8",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ],
  ],
  [
    "no key",
    "GET /connect HTTP/1.1",
    ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"],
  ],
  [
    "two keys",
    "GET /connect HTTP/1.1",
    ["Upgrade: websocket", ...HANDSHAKE, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="],
  ],
  [
    "a short key",
    "GET /connect HTTP/1.1",
    ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: c2hvcnQ="],
  ],
  ["CONNECT", "CONNECT 127.0.0.1:22 HTTP/1.1", []],
];

/** What follows a handshake that fails. */
export const upgradeSmuggling: Attack = {
  name: "smuggling behind an upgrade",
  target: "open",
  tried: `${UPGRADES.length} upgrades that must fail, each with another request behind it in the same packet`,
  defence: "one refusal and the end of the connection; what follows is never read as a request",
  async run(arena) {
    for (const [what, line, headers] of UPGRADES) {
      const { answers, text, closed } = await exchange(arena, request(arena, line, headers) + HIDDEN);
      arena.count(answers.map(({ status }) => status).join(" then ") || "no answer");
      arena.expect(answers.length <= 1, `${what}: ${answers.length} answers`);
      arena.expect(!text.startsWith("HTTP/1.1 101"), `${what}: the handshake succeeded`);
      arena.expect(closed, `${what}: the connection stays open`);
    }
    return arena.outcomes();
  },
};
