import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Browser } from "playwright-core";
import { CHROMIUM, startChromium } from "../../../packages/web/test/support/browser.ts";
import { NativeClient } from "../../../packages/server/test/support/native-client.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";

/** A site that the victim visits; its name leads to this machine, as a rebound name does. */
const SITE = "evil.example";

/** What a foreign site's page can do in a real browser to a server on the visitor's machine. */
export const webPage: Attack = {
  name: "a foreign web page in Chromium",
  target: "open",
  tried:
    'a page of `evil.example`: `fetch`, `sendBeacon` and forms whose body begins with `{"from":"api"`, WebSocket, EventSource, the SDK, reading the API and its metrics, and all of it again under a name that was rebound to the server itself',
  defence: "no push gets in, no connection opens, and no answer but the SDK's script can be read",
  async run(arena) {
    if (CHROMIUM.skip !== false) return `not tried here: it ${CHROMIUM.skip}`;
    const channel = `attack.memory.page-${Math.random().toString(36).slice(2)}`;
    const reader = await NativeClient.open(arena, arena, `channels=${channel}`);
    await reader.next("subscribed");
    const site = await serveSite();
    const browser = await startChromium([`--host-resolver-rules=MAP ${SITE} 127.0.0.1`]);
    try {
      for (const host of ["127.0.0.1", "localhost", SITE]) {
        for (const [way, seen] of await fromPage(browser, site, `${host}:${arena.port}`, arena, channel)) {
          arena.count(seen === "sent" ? "sent and refused" : seen);
          arena.expect(isHarmless(way, seen), `${way} to ${host} from ${SITE}: ${seen}`);
        }
      }
      const page = await browser.newPage();
      const rebound = await page.goto(`http://${SITE}:${arena.port}/`);
      arena.expect(rebound?.status() === 403, `a rebound page was answered ${rebound?.status()}`);
    } finally {
      await browser.close();
      site.close();
    }
    await reader.settled();
    const messages = reader.frames.filter(({ type }) => type === "message");
    arena.expect(messages.length === 0, `${messages.length} messages of a foreign page were let in`);
    return arena.outcomes();
  },
};

/** What a page sees of an answer that it may not read is an opaque one, an error, or nothing. */
function isHarmless(way: string, seen: string): boolean {
  return way === "script"
    ? ["loaded", "refused"].includes(seen)
    : ["refused", "opaque", "sent"].includes(seen);
}

async function fromPage(
  browser: Browser,
  site: Server,
  target: string,
  arena: Arena,
  channel: string,
): Promise<readonly (readonly [string, string])[]> {
  const address = site.address();
  if (address === null || typeof address === "string") throw new Error("the site has no port");
  const context = await browser.newContext();
  // The transpiler names functions by this helper, which the page does not have.
  await context.addInitScript("globalThis.__name = (named) => named");
  const page = await context.newPage();
  await page.goto(`http://${SITE}:${address.port}/`);
  const line = `${JSON.stringify({ from: "api", key: arena.server.apiKey, channel, data: "from a page" })}\n`;
  const seen = await page.evaluate(attackFromPage, { target, line, channel, key: arena.server.apiKey });
  await context.close();
  return seen;
}

interface PageAttack {
  readonly target: string;
  readonly line: string;
  readonly channel: string;
  readonly key: string;
}

/** Runs in the page. */
async function attackFromPage({ target, line, channel, key }: PageAttack): Promise<[string, string][]> {
  const url = `http://${target}`;
  const read = (path: string, init: RequestInit): Promise<string> =>
    fetch(url + path, init).then(
      (response) => (response.type === "opaque" ? "opaque" : `read ${response.status}`),
      () => "refused",
    );
  const opens = (open: () => WebSocket | EventSource): Promise<string> =>
    new Promise((resolve) => {
      try {
        const link = open();
        link.addEventListener("open", () => resolve("opened"));
        link.addEventListener("message", () => resolve("received"));
        link.addEventListener("error", () => resolve("refused"));
      } catch {
        resolve("refused");
      }
    });
  const submits = (enctype: string): Promise<string> =>
    new Promise((resolve) => {
      const frame = document.createElement("iframe");
      frame.name = `frame-${enctype}`;
      const form = document.createElement("form");
      Object.assign(form, { method: "post", action: url, enctype, target: frame.name });
      const field = document.createElement("input");
      // `name=value` of a text/plain form becomes one JSON object.
      Object.assign(field, { name: line.trimEnd().slice(0, -1), value: ',"x":""}' });
      form.append(field);
      document.body.append(frame, form);
      frame.addEventListener("load", () => resolve("sent"));
      form.submit();
    });
  const loads = (): Promise<string> =>
    new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `${url}/client.js`;
      script.addEventListener("load", () => resolve("loaded"));
      script.addEventListener("error", () => resolve("refused"));
      document.body.append(script);
    });
  const post = { method: "POST", body: line };
  const withKey = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const push = `/api/channels/${channel}/messages`;
  return [
    ["fetch /", await read("/", post)],
    ["fetch / without CORS", await read("/", { ...post, mode: "no-cors" })],
    ["fetch the API without CORS", await read(push, { ...post, mode: "no-cors" })],
    ["fetch the API with the key", await read(push, { ...post, headers: withKey, body: '{"data":1}' })],
    ["fetch a command", await read("/command", { ...post, mode: "no-cors" })],
    ["read the API's description", await read("/api/openapi.json", {})],
    ["read the metrics", await read("/metrics", {})],
    ["read a page", await read("/", { credentials: "include" })],
    ["beacon", navigator.sendBeacon(url, line) ? "sent" : "refused"],
    ["form as text", await submits("text/plain")],
    ["form", await submits("application/x-www-form-urlencoded")],
    ["form with parts", await submits("multipart/form-data")],
    ["WebSocket", await opens(() => new WebSocket(`ws://${target}/connect?channels=${channel}`))],
    ["WebSocket as somebody", await opens(() => new WebSocket(`ws://${target}/connect?user=ada`))],
    ["EventSource", await opens(() => new EventSource(`${url}/events?channels=${channel}`))],
    ["script", await loads()],
  ];
}

async function serveSite(): Promise<Server> {
  const site = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>a site</title>");
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  return site;
}
