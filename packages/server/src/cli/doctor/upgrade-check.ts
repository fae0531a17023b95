import { randomBytes } from "node:crypto";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { type Finding, fail, ok } from "./finding.ts";

const CHECK = "WebSocket";
const TIMEOUT_MS = 10_000;

const PASS_UPGRADES =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";   # nginx, in the location of /connect';
const CONFIGURE_TOKENS = "TIDEWIRE_TOKEN_SECRET=$(openssl rand -hex 32) tidewire serve";

/** What came of asking for a WebSocket. */
type Outcome =
  | { readonly kind: "upgraded" }
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  | { readonly kind: "failed"; readonly reason: string };

/** Whether a WebSocket comes through to the server at this URL. */
export async function upgradeFinding(url: string): Promise<Finding> {
  const outcome = await tryUpgrade(url);
  if (outcome.kind === "upgraded") return ok(CHECK, "handshakes come through");
  if (outcome.kind === "failed") {
    return fail(CHECK, `The connection ends before it is answered: ${outcome.reason}.`, PASS_UPGRADES);
  }
  const { status, body } = outcome;
  // 426 is the server's answer to a plain request for this address.
  if (status === 426) return fail(CHECK, "The proxy in front takes the header Upgrade away.", PASS_UPGRADES);
  if (/"code":"permission_denied"/.test(body)) {
    const message =
      "The server is in open mode, in which it answers this machine only and nothing that comes through a proxy.";
    return fail(CHECK, message, CONFIGURE_TOKENS);
  }
  const code = /"code":"(\w+)"/.exec(body)?.[1];
  if (code !== undefined) {
    return fail(
      CHECK,
      `The server refuses the handshake (${status} ${code}).`,
      "tidewire doctor --token TOKEN …",
    );
  }
  return fail(CHECK, `What is in front answers a handshake itself, with status ${status}.`, PASS_UPGRADES);
}

function tryUpgrade(url: string): Promise<Outcome> {
  const target = new URL(`${url}/connect`);
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": randomBytes(16).toString("base64"),
  };
  return new Promise((resolve) => {
    const request = (target.protocol === "https:" ? requestHttps : requestHttp)(target, {
      headers,
      agent: false,
      timeout: TIMEOUT_MS,
    });
    request.on("upgrade", (_answer, socket) => {
      socket.destroy();
      resolve({ kind: "upgraded" });
    });
    request.on("response", (answer) => {
      void bodyOf(answer).then((body) => {
        resolve({ kind: "answered", status: answer.statusCode ?? 0, body });
      });
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    request.on("error", (error) => resolve({ kind: "failed", reason: error.message }));
    request.end();
  });
}

/** What there is of it, however it ends. */
async function bodyOf(answer: IncomingMessage): Promise<string> {
  let body = "";
  try {
    for await (const chunk of answer) body += String(chunk);
  } catch {
    return body;
  }
  return body;
}
