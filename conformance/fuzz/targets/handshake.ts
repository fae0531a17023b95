import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { answerHandshake, checkHandshakeAnswer } from "@tidewire/websocket";
import { type FuzzTarget, texts } from "../fuzz-target.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

const BASIC = `Host: a\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: ${KEY}\n`;

const STATUSES: ReadonlySet<number> = new Set([400, 405, 426]);
const LINE_BREAK = /[\r\n]/;

/** Every request is answered: with a handshake that our own client takes, or with a status that says what is wrong. */
export const handshake: FuzzTarget = {
  name: "handshake",
  files: ["handshake.ts", "header-lines.ts", "header-tokens.ts", "deflate-negotiation.ts"].map(
    (file) => `/websocket/src/core/${file}`,
  ),
  seeds: texts(
    `GET 1.1\n${BASIC}`,
    `GET 1.1\n${BASIC}Sec-WebSocket-Protocol: chat, superchat\n`,
    `GET 1.1\n${BASIC}Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, permessage-deflate\n`,
    `GET 1.1\n${BASIC}Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits="10"; server_no_context_takeover\n`,
    `POST 1.0\n${BASIC}`,
    `GET 1.1\n${BASIC}Content-Length: 5\n`,
    `GET 1.1\nHost: a\nUpgrade: h2c, WebSocket\nConnection: keep-alive, upgrade\nSec-WebSocket-Version: 8\n`,
  ),
  tokens: texts(
    "Sec-WebSocket-Extensions: ",
    "permessage-deflate",
    "client_max_window_bits",
    "server_max_window_bits=8",
    "client_no_context_takeover",
    "; ",
    ", ",
    '="',
    "\n",
    "Sec-WebSocket-Protocol: ",
    "Connection: Upgrade\n",
    "Upgrade: websocket\n",
    KEY,
    "\t",
  ),
  maxBytes: 1200,
  run(input) {
    const [first = "", ...lines] = Buffer.from(input).toString("latin1").split("\n");
    const [method = "", httpVersion = ""] = first.split(" ");
    const rawHeaders = lines.flatMap((line) => {
      const colon = line.indexOf(":");
      return colon < 1 ? [] : [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
    const answer = answerHandshake(
      { method, httpVersion, rawHeaders },
      {
        sha1Base64,
        chooseSubprotocol: ([preferred]) => preferred,
        deflate: {
          serverNoContextTakeover: true,
          clientNoContextTakeover: true,
          serverMaxWindowBits: 15,
          clientMaxWindowBits: 15,
        },
      },
    );
    for (const [name, value] of answer.headers) {
      assert.ok(!LINE_BREAK.test(name + value), "a header of the answer breaks the line");
    }
    if (answer.ok) readByClient(answer.headers, rawHeaders);
    else assert.ok(STATUSES.has(answer.status), `refused with ${answer.status}`);
  },
};

/** What a handshake was answered with is what a client with the same offers takes. */
function readByClient(headers: readonly (readonly [string, string])[], rawHeaders: readonly string[]): void {
  const offered = (name: string): string[] =>
    rawHeaders
      .filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name)
      .flatMap((value) => value.split(","))
      .map((item) => item.trim());
  const checked = checkHandshakeAnswer(
    { status: 101, rawHeaders: headers.flat() },
    {
      key: offered("sec-websocket-key")[0] ?? "",
      subprotocols: offered("sec-websocket-protocol"),
      extensions: offered("sec-websocket-extensions"),
    },
    sha1Base64,
  );
  assert.ok(checked.ok, `our own client refuses the answer: ${checked.ok ? "" : checked.reason}`);
}

function sha1Base64(text: string): string {
  return createHash("sha1").update(text).digest("base64");
}
