// A backend that notifies its customers: one of them, all of them, or all but one. With plain `fetch`, and nothing to install.
//
//   node examples/notify/backend.mjs [URL] [--count N] [--pause MS]
//
// Open http://127.0.0.1:8080/demo/notify beside it. It goes on until it is stopped, or for N notifications. The key is in TIDEWIRE_API_KEY; without
// it, the one that the server made is read from data/api-key, for those who start both in the same folder.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";

const ATTEMPTS = 3;
const TIMEOUT_MS = 5000;

const CUSTOMERS = ["ada", "mei", "kofi"];

/**
 * What happens in the shop.
 *
 * @returns {Generator<{ to: readonly string[], title: string, text: string }>}
 */
function* news() {
  for (let order = 2051; ; order += 1) {
    yield { to: ["ada"], title: `Order ${order} is packed`, text: "It leaves our warehouse tonight." };
    yield { to: CUSTOMERS, title: "Maintenance at 22:00", text: "We are back five minutes later." };
    yield { to: allBut("kofi"), title: "Kofi is on call", text: "He answers until tomorrow morning." };
    yield { to: ["mei"], title: "Payment received", text: `Order ${order} is paid. Thank you!` };
    yield { to: ["kofi"], title: "Two new reviews", text: "Both with five stars." };
  }
}

/** @param {string} user */
function allBut(user) {
  return CUSTOMERS.filter((customer) => customer !== user);
}

/**
 * Pushes to these users until there is an answer. All attempts carry one key, so that everybody is notified once however often it arrives.
 *
 * @param {readonly string[]} users
 * @param {object} data
 */
async function push(users, data) {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    "content-type": "application/json",
    "idempotency-key": randomUUID(),
  };
  const body = JSON.stringify({ messages: [{ users, data }] });
  for (let attempt = 1; ; attempt += 1) {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${url}/api/publish`, { method: "POST", headers, body, signal }).catch(
      (error) => new Response(String(error), { status: 503 }),
    );
    const answer = await response.text();
    if (response.ok) return answer;
    const isForNow = response.status === 429 || response.status >= 500;
    if (!isForNow || attempt === ATTEMPTS) throw new Error(`${url} answered ${response.status}: ${answer}`);
    await wait(attempt * 1000);
  }
}

function findKey() {
  try {
    return process.env["TIDEWIRE_API_KEY"] ?? readFileSync("data/api-key", "utf8").trim();
  } catch {
    throw new Error("Set TIDEWIRE_API_KEY to the key that the server printed when it started.");
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "Infinity" },
    pause: { type: "string", default: "2000" },
  },
});
const [url = "http://127.0.0.1:8080"] = positionals;
const apiKey = findKey();
let left = Number(values.count);
for (const { to, title, text } of news()) {
  // Where each message stands, and how many devices were there to get it: `{"results":[{"results":[{"channel":"@ada", …`
  console.log(`${title}: ${await push(to, { title, text })}`);
  left -= 1;
  if (left <= 0) break;
  await wait(Number(values.pause));
}
