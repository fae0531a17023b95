import { LineClient } from "../../../packages/server/test/support/line-client.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";
import { exchange, request } from "../support/raw-http.ts";
import { LIMITED_KEYS } from "../targets.ts";

type KeyName = keyof typeof LIMITED_KEYS;

/** A call, and the one limited key that may make it, if any. */
type Call = readonly [method: string, path: string, body: string, allowed: KeyName | null];

const DATA = '{"data":"escalated"}';

const CALLS: readonly Call[] = [
  ["POST", "/api/channels/news/messages", DATA, null],
  ["POST", "/api/channels/chat.1/messages", DATA, "publisher"],
  ["POST", "/api/channels/chatter/messages", DATA, null],
  ["POST", "/api/channels/Chat.1/messages", DATA, null],
  ["POST", "/api/channels/chat.1%2F..%2Fnews/messages", DATA, null],
  ["POST", "/api/channels/chat.1/../news/messages", DATA, null],
  ["POST", "/api/channels/%63hat.1/messages", DATA, "publisher"],
  ["POST", "/api/channels/@ada/messages", DATA, null],
  ["POST", "/api/users/ada/messages", DATA, null],
  ["POST", "/api/users/mallory/messages", DATA, null],
  ["POST", "/api/broadcast", DATA, null],
  ["GET", "/api/channels/news/messages", "", null],
  ["GET", "/api/channels/chat.1/messages", "", "reader"],
  ["DELETE", "/api/channels/chat.1/messages", "", null],
  ["DELETE", "/api/channels/news/messages", "", null],
  ["GET", "/api/channels/news", "", null],
  ["GET", "/api/channels/news/presence", "", null],
  ["GET", "/api/users/ada", "", null],
  ["GET", "/api/users/mallory", "", null],
  ["POST", "/api/users/ada/disconnect", "{}", null],
  ["POST", "/api/users/mallory/disconnect", "{}", "moderator"],
  ["PUT", "/api/users/ada/ban", '{"for":"1s"}', null],
  ["PUT", "/api/users/mallory%2F/ban", '{"for":"1s"}', null],
  ["DELETE", "/api/users/ada/ban", "", null],
  ["PUT", "/api/users/mallory/subscriptions/news", "", null],
  ["DELETE", "/api/users/ada/subscriptions/chat.1", "", null],
  ["GET", "/api/connections", "", null],
  ["DELETE", "/api/connections/x", "", null],
];

/** Keys that want to do more than they may. */
export const scopeEscalation: Attack = {
  name: "limited API keys",
  target: "authenticated",
  tried: `three keys (publish and read on \`chat.**\`, kick for one user) on ${CALLS.length} calls that are for others, by neighbouring, encoded and climbing names, inside of batches, by user inboxes, and over raw TCP`,
  defence: "403 for each call, message and line that the key is not for; what it may do still works",
  async run(arena) {
    for (const [name, key] of entries()) {
      arena.secrets.add(key);
      for (const call of CALLS) await tryCall(arena, name, key, call);
      await tryBatch(arena, name, key);
      await tryLines(arena, name, key);
      await tryListing(arena, name, key);
    }
    return arena.outcomes();
  },
};

function entries(): readonly (readonly [KeyName, string])[] {
  const { publisher, reader, moderator } = LIMITED_KEYS;
  return [
    ["publisher", publisher],
    ["reader", reader],
    ["moderator", moderator],
  ];
}

async function tryCall(
  arena: Arena,
  name: KeyName,
  key: string,
  [method, path, body, allowed]: Call,
): Promise<void> {
  const { status, text } = await ask(arena, key, method, path, body);
  arena.count(status);
  const done = status >= 200 && status < 300;
  if (allowed === name) arena.expect(done, `the ${name} may not ${method} ${path}: ${status} ${text}`);
  else arena.expect(!done && status < 500, `the ${name} was answered ${status} to ${method} ${path}`);
}

async function tryBatch(arena: Arena, name: KeyName, key: string): Promise<void> {
  const items = [
    { channel: "news" },
    { channels: ["chat.1", "news"] },
    { user: "ada" },
    { users: ["ada", "bob"] },
  ];
  const messages = items.map((item) => ({ ...item, data: "escalated" }));
  const { status, text } = await ask(arena, key, "POST", "/api/publish", JSON.stringify({ messages }));
  const positions = text.match(/"channel":"(?:news|@)[^}]*"offset"/g) ?? [];
  arena.count(`batch ${status}`);
  arena.expect(positions.length === 0, `the ${name} published by a batch: ${text}`);
}

async function tryLines(arena: Arena, name: KeyName, key: string): Promise<void> {
  const lines = await LineClient.open(arena, arena);
  const asks: readonly object[] = [
    { channel: "news", data: "escalated" },
    { channels: ["news", "@ada"], data: "escalated" },
    { user: "ada", data: "escalated" },
    { action: "broadcast", data: "escalated" },
    { action: "disconnect", user: "ada" },
    { action: "disconnect", connection: "x" },
    { action: "ban", user: "ada", for: "1s" },
  ];
  for (const line of asks) {
    lines.send(`${JSON.stringify({ from: "api", key, ...line })}\n`);
    const answer = JSON.stringify(await lines.line());
    arena.count(/"ok":true/.test(answer) ? "line answered" : "line refused");
    arena.expect(
      !/"ok":true/.test(answer) || !/"offset"/.test(answer),
      `the ${name} had its line obeyed: ${answer}`,
    );
  }
  lines.socket.destroy();
}

async function tryListing(arena: Arena, name: KeyName, key: string): Promise<void> {
  const { status, text } = await ask(arena, key, "GET", "/api/channels", "");
  arena.count(`list ${status}`);
  arena.expect(!/"channel":"(?!chat\.)/.test(text), `the ${name} sees other channels in the list: ${text}`);
}

async function ask(
  arena: Arena,
  key: string,
  method: string,
  path: string,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const type = body === "" ? [] : ["Content-Type: application/json"];
  const headers = [`Authorization: Bearer ${key}`, ...type, `Content-Length: ${body.length}`];
  const { answers } = await exchange(arena, request(arena, `${method} ${path} HTTP/1.1`, headers, body));
  return { status: answers[0]?.status ?? 0, text: answers[0]?.body ?? "" };
}
