// The backend of /demo/danmaku: sample comments, gifts and a moderator for every room, the word filter, and a crowd on demand.
//
//   node examples/danmaku/backend.mjs [URL] [--count N] [--pause MS] [--viewers N] [--rate N] [--seconds N] [--port N]
//
// It goes on until it is stopped, or for N rounds of comments. The page's button asks it for the crowd: so many viewers, so many comments per
// second, for so many seconds. The word filter is asked on --port when the server was started with examples/danmaku/tidewire.yaml. The key is in
// TIDEWIRE_API_KEY; without it, the one that the server made is read from data/api-key, for those who start both in the same folder.
import { readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Tidewire } from "@tidewire/client";
import { pushTo } from "./api.mjs";
import { ROOMS, comments } from "./comments.mjs";
import { Crowd } from "./crowd.mjs";
import { field } from "./field.mjs";
import { startFilter } from "./filter.mjs";

const STATUS_MS = 1000;
/** Its presence in the channel of its status tells the pages that it runs. */
const SELF = "danmaku.backend";
const STATUS = "demo.danmaku.backend.status";
const ASKED = "demo.danmaku.backend.asked";
const PROBE = "demo.danmaku.probe";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "Infinity" },
    pause: { type: "string", default: "1200" },
    viewers: { type: "string", default: "1000" },
    rate: { type: "string", default: "500" },
    seconds: { type: "string", default: "30" },
    port: { type: "string", default: "8411" },
  },
});
const [url = "http://127.0.0.1:8080"] = positionals;
const push = pushTo(url, findKey());

let isFiltering = false;
/** @type {Crowd | undefined} */
let crowd;

const filter = await startFilter(Number(values.port), ({ channel }) => {
  if (channel === PROBE) isFiltering = true;
});
const client = new Tidewire(url, { user: SELF, name: "danmaku-example" });
client.on("state", ({ status }) => {
  if (status === "live") void findOut();
});
client.subscribe(STATUS);
client.subscribe(ASKED).on("message", ({ data }) => {
  const wish = field(data, "crowd");
  const room = ROOMS.find((one) => one === field(data, "room"));
  if (wish === "stop") crowd?.stop();
  if (wish === "start" && room !== undefined && crowd === undefined) void gather(room);
});

let left = Number(values.count);
for (const comment of comments()) {
  await push(ROOMS.map((room) => ({ channel: channelOf(room), ...comment })));
  left -= 1;
  if (left <= 0) break;
  await wait(Number(values.pause));
}
crowd?.stop();
client.close();
filter.close();

/** Publishes as a viewer would, to see whether the server asks the filter; the pages want to know. */
async function findOut() {
  isFiltering = false;
  try {
    await client.publish(PROBE, { text: "does anybody ask?" }, { retry: false });
  } catch {
    // The server asks somebody else, or nobody who answers.
  }
  await tell();
}

async function tell() {
  const data = { isFiltering, crowd: crowd?.status ?? null };
  await push([{ channel: STATUS, data }]).catch((error) => console.error(String(error)));
}

/**
 * Fills a room for a while, and tells how it goes.
 *
 * @param {string} room
 */
async function gather(room) {
  const { viewers, rate, seconds } = values;
  const plan = { viewers: Number(viewers), rate: Number(rate), seconds: Number(seconds) };
  crowd = new Crowd({ url, room, channel: channelOf(room), ...plan }, push);
  console.log(`${viewers} viewers come to ${room}, with ${rate} comments a second for ${seconds} s`);
  const telling = setInterval(() => void tell(), STATUS_MS);
  await crowd.run().catch((error) => console.error(String(error)));
  clearInterval(telling);
  const { received, dropped } = crowd.status;
  console.log(`they got ${received} comments, and ${dropped} were left out for them`);
  crowd = undefined;
  await tell();
}

/** @param {string} room */
function channelOf(room) {
  return `demo.danmaku.${room}`;
}

function findKey() {
  try {
    return process.env["TIDEWIRE_API_KEY"] ?? readFileSync("data/api-key", "utf8").trim();
  } catch {
    throw new Error("Set TIDEWIRE_API_KEY to the key that the server printed when it started.");
  }
}
