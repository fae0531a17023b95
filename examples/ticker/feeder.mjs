// Feeds the prices of fifty symbols: pushes each move to Tidewire, and answers whoever polls. With plain `fetch` and `node:http`, and nothing to install.
//
//   node examples/ticker/feeder.mjs [URL] [--rate N] [--seed N] [--port N] [--seconds N]
//
// Open http://127.0.0.1:8080/demo/ticker beside it. Each price moves about N times a second (5). It goes on until it is stopped, or for so many seconds. The
// key is in TIDEWIRE_API_KEY; without it, the one that the server made is read from data/api-key, for those who start both in the same folder.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Market } from "./market.mjs";

const CHANNEL = "demo.ticker";
/** Where the page hears that prices are fed, where to poll for them, and what both ways cost. */
const STATUS_CHANNEL = "demo.ticker.feeder";
const TICK_MS = 100;
const STATUS_MS = 1000;
const TIMEOUT_MS = 5000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rate: { type: "string", default: "5" },
    seed: { type: "string", default: "7" },
    port: { type: "string", default: "0" },
    seconds: { type: "string", default: "Infinity" },
  },
});
const [url = "http://127.0.0.1:8080"] = positionals;
const apiKey = findKey();
const market = new Market(Number(values.seed), Date.now());
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());

const polls = await answerPolls();
const prices = addressOf(polls);
// What the channel keeps of an earlier run is replaced, symbol by symbol.
await push([...market.quotes]);
await tell(true);
console.log(`feeding ${CHANNEL} at ${url}; polled at ${prices}`);
await feed();
// The last price of each symbol is what the page goes on showing.
await tell(false);
console.log(JSON.stringify({ last: Object.fromEntries(market.quotes) }));
polls.close();
polls.closeAllConnections();

/** Moves the market and pushes what moved, and once a second how it goes. Ends when it is asked to. */
async function feed() {
  const endsAtMs = Date.now() + Number(values.seconds) * 1000;
  for (let toldAtMs = Date.now(); !stop.signal.aborted && Date.now() < endsAtMs; ) {
    const moved = market.move((Number(values.rate) * TICK_MS) / 1000, Date.now());
    if (moved.length > 0) await push(moved);
    if (Date.now() - toldAtMs >= STATUS_MS) {
      toldAtMs = Date.now();
      await tell(true);
    }
    await wait(TICK_MS, undefined, { signal: stop.signal }).catch(() => {});
  }
}

/**
 * Pushes prices, each under its symbol as the key: who is slow, or wants fewer, gets the newest of each.
 *
 * @param {readonly [symbol: string, quote: import("./market.mjs").Quote][]} quotes
 */
async function push(quotes) {
  const messages = quotes.map(([key, data]) => ({ channel: CHANNEL, key, data }));
  await call("POST", "/api/publish", { messages });
}

/**
 * Says whether prices are fed, and how long either process was on the CPU since it began, in seconds.
 *
 * @param {boolean} isRunning
 */
async function tell(isRunning) {
  const metrics = await call("GET", "/metrics");
  const { user, system } = process.cpuUsage();
  const cpuSeconds = {
    tidewire: Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1]),
    feeder: (user + system) / 1e6,
  };
  const data = { at: Date.now(), isRunning, prices, cpuSeconds };
  await call("POST", `/api/channels/${STATUS_CHANNEL}/messages`, { key: "status", data });
}

/** Answers `GET /prices` with all prices as JSON, for pages of any origin. Gives the server when it listens. */
async function answerPolls() {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/prices") return response.writeHead(404).end();
    const body = JSON.stringify(Object.fromEntries(market.quotes));
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      "access-control-allow-origin": "*",
      // Lets the page read how many bytes came.
      "timing-allow-origin": "*",
    };
    return response.writeHead(200, headers).end(body);
  });
  server.listen(Number(values.port), "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** @param {import("node:http").Server} server */
function addressOf(server) {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It listens on no port.");
  return `http://127.0.0.1:${address.port}/prices`;
}

/**
 * Calls the API, and gives the text of the answer. A refusal, or a server that is gone, ends the program.
 *
 * @param {"GET" | "POST"} method
 * @param {string} path
 * @param {object} [body]
 */
async function call(method, path, body) {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${answer}`);
  return answer;
}

function findKey() {
  try {
    return process.env["TIDEWIRE_API_KEY"] ?? readFileSync("data/api-key", "utf8").trim();
  } catch {
    throw new Error("Set TIDEWIRE_API_KEY to the key that the server printed when it started.");
  }
}
