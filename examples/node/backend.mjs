// A backend that Tidewire asks what clients may do, and tells what happened.
//
//   export BACKEND_SECRET=whsec_…
//   node backend.mjs 9000
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import process from "node:process";

/**
 * What Tidewire posts: a question with its `hook`, or a batch of `events`.
 *
 * @typedef {object} Posted
 * @property {"connect" | "subscribe" | "publish" | "rpc"} hook
 * @property {string} [token]
 * @property {string} [user]
 * @property {string} [method]
 * @property {{ text?: string } | number[]} [data]
 * @property {{ type: string, channel?: string, user?: string, connection?: string }[]} [events]
 */

const secret = process.env["BACKEND_SECRET"] ?? "";
const key = Buffer.from(secret.replace("whsec_", ""), "base64");
const WORST_WORDS = /\b(damn|crap)\b/gi;

/**
 * Whether the request comes from a Tidewire that knows the secret, and is not an old one that somebody repeats.
 *
 * @param {import("node:http").IncomingHttpHeaders} headers
 * @param {string} body
 */
function isFromTidewire(headers, body) {
  const id = String(headers["webhook-id"]);
  const time = String(headers["webhook-timestamp"]);
  const signatures = String(headers["webhook-signature"] ?? "");
  if (key.length === 0 || !(Math.abs(Date.now() / 1000 - Number(time)) < 300)) return false;
  const expected = createHmac("sha256", key).update(`${id}.${time}.${body}`).digest();
  return signatures.split(" ").some((signature) => {
    const given = Buffer.from(signature.replace("v1,", ""), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/**
 * @param {unknown} value
 * @returns {value is Posted}
 */
function isPosted(value) {
  return typeof value === "object" && value !== null && ("hook" in value || "events" in value);
}

/** @type {Record<Posted["hook"], (question: Posted) => object>} */
const answers = {
  /** Who a client is. Here the token is the name itself; a site would look up its own session. */
  connect: ({ token }) =>
    token === undefined
      ? { allow: false, reason: "sign_in", message: "Please sign in." }
      : { allow: true, user: token, subscribe: ["news"] },

  /** Who receives a channel: rooms of a team are for its members. */
  subscribe: ({ user = "" }) =>
    user.startsWith("ann") ? { allow: true } : { allow: false, message: "This room is for members." },

  /** What may be published: a word filter for a chat, or for comments that fly over a video. */
  publish: ({ data }) => {
    const text = data !== undefined && "text" in data ? data.text : undefined;
    if (typeof text !== "string" || text === "") {
      return { allow: false, reason: "empty", message: "Write something." };
    }
    return { allow: true, data: { text: text.replace(WORST_WORDS, "***") } };
  },

  /** What a client calls. */
  rpc: ({ method, data }) =>
    method === "sum" && Array.isArray(data)
      ? { allow: true, data: data.reduce((sum, number) => sum + number, 0) }
      : { allow: false, reason: "unknown_method" },
};

/**
 * What happened. An event may come twice: a real backend remembers the ids that it has seen.
 *
 * @param {NonNullable<Posted["events"]>} events
 */
function remember(events) {
  for (const { type, channel, user, connection } of events) {
    console.error(`told ${type} ${channel ?? user ?? connection}`);
  }
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
async function handle(request, response) {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
  if (!isFromTidewire(request.headers, body)) {
    response.writeHead(401).end();
    return;
  }
  /** @type {unknown} */
  const posted = JSON.parse(body);
  if (!isPosted(posted)) {
    response.writeHead(400).end();
    return;
  }
  if (posted.events !== undefined) {
    remember(posted.events);
    response.writeHead(204).end();
    return;
  }
  const answer = answers[posted.hook](posted);
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
}

const port = Number(process.argv[2] ?? 9000);
createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
}).listen(port, "127.0.0.1", () => console.error(`listening on http://127.0.0.1:${port}`));
