import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { CHROMIUM, startChromium } from "../../packages/web/test/support/browser.ts";
import { FaultProxy } from "../support/proxy/fault-proxy.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";

/** Opens an EventSource as any page would, and keeps what it hears. */
const LISTEN = `(url) => {
  const source = new EventSource(url);
  window.source = source;
  window.heard = [];
  window.opened = 0;
  source.onopen = () => { window.opened += 1; };
  source.onmessage = ({ data }) => { window.heard.push(JSON.parse(data)); };
}`;

const PATIENCE = { timeout: 30_000 };

describe("a plain EventSource in Chromium", { skip: CHROMIUM.skip }, () => {
  let server: ServerProcess;
  let proxy: FaultProxy;
  let browser: Browser;

  before(async () => {
    server = await startServerProcess();
    proxy = await FaultProxy.start(server.port);
    browser = await startChromium();
  });

  after(async () => {
    await browser?.close();
    proxy?.close();
    await server?.stop();
  });

  async function call(method: string, path: string, body: unknown): Promise<void> {
    const headers = { authorization: `Bearer ${server.apiKey}`, "content-type": "application/json" };
    const answer = await fetch(server.url + path, { method, headers, body: JSON.stringify(body) });
    assert.ok(answer.ok, await answer.text());
  }

  async function push(channel: string, from: number, to: number): Promise<void> {
    for (let data = from; data <= to; data += 1) {
      await call("POST", `/api/channels/${channel}/messages`, { data });
    }
  }

  async function listen(page: Page, url: string): Promise<void> {
    await page.evaluate(`(${LISTEN})(${JSON.stringify(url)})`);
    await page.waitForFunction('heard.some(({ type }) => type === "subscribed")', undefined, PATIENCE);
  }

  async function hears(page: Page, count: number): Promise<unknown> {
    const messages = 'heard.filter(({ type }) => type === "message")';
    await page.waitForFunction(`${messages}.length >= ${count}`, undefined, PATIENCE);
    return page.evaluate(`${messages}.map(({ data }) => data)`);
  }

  function numbers(to: number): readonly number[] {
    return Array.from({ length: to }, (_, index) => index + 1);
  }

  it("comes back by itself from cut connections, in its session, with nothing lost or repeated", async () => {
    const page = await browser.newPage();
    await page.goto(`${proxy.url}/health`);
    await listen(page, "/events?channels=cut");
    await push("cut", 1, 3);
    await hears(page, 3);
    for (let round = 1; round <= 3; round += 1) {
      if (round % 2 === 0) proxy.end();
      else proxy.reset();
      await push("cut", round * 3 + 1, round * 3 + 3);
      await hears(page, round * 3 + 3);
      await page.waitForFunction(`opened > ${round}`, undefined, PATIENCE);
    }
    await push("cut", 13, 14);
    assert.deepEqual(await hears(page, 14), numbers(14));
    const sessions =
      'new Set(heard.filter(({ type }) => type === "connected").map(({ session }) => session)).size';
    assert.equal(await page.evaluate(sessions), 1);
    await page.close();
  });

  it("stays away once it was kicked", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/health`);
    await listen(page, "/events?channels=kick&user=ann");
    await call("POST", "/api/users/ann/disconnect", { reason: "signed out" });
    await page.waitForFunction("source.readyState === EventSource.CLOSED", undefined, PATIENCE);
    const last = await page.evaluate("heard.at(-1)");
    assert.equal(Object(last).reason, "signed out");
    await page.close();
  });

  it("works from a local page of another origin, whose scripts may send commands", async (t) => {
    const site = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>site</title>");
    });
    site.listen(0, "127.0.0.1");
    await once(site, "listening");
    t.after(() => {
      site.close();
      site.closeAllConnections();
    });
    const address = site.address();
    assert.ok(address !== null && typeof address === "object");
    const page = await browser.newPage();
    await page.goto(`http://localhost:${address.port}/`);
    await listen(page, `${server.url}/events?channels=other`);
    const answer = await page.evaluate(`fetch(${JSON.stringify(`${server.url}/command`)}, {
      method: "POST",
      headers: { "content-type": "application/json", "tidewire-session": heard[0].session },
      body: JSON.stringify({ type: "publish", id: 1, channel: "other", data: 1 }),
    }).then((response) => response.json())`);
    assert.equal(Object(answer).type, "published");
    assert.deepEqual(await hears(page, 1), [1]);
    const polled = await page.evaluate(
      `fetch(${JSON.stringify(`${server.url}/poll?channels=other&since=earliest`)}).then((response) => response.json())`,
    );
    assert.equal(typeof Object(polled).session, "string");
    await page.close();
  });
});
