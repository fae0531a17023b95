import assert from "node:assert/strict";
import { after, before, describe, type TestContext, test } from "node:test";
import type { Tidewire } from "@tidewire/client";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { CHROMIUM, startChromium } from "../../packages/web/test/support/browser.ts";
import { serveScriptPage, type Site } from "../lockscreen/support/script-page.ts";
import { callApi, serverFor } from "./support/start-server.ts";

declare global {
  interface Window {
    Tidewire: typeof Tidewire;
    client: Tidewire;
    got: unknown[];
  }
}

/** Nobody listens there: a page that is sent here is offline. */
const NOWHERE = "ws://127.0.0.1:9";

describe("a client with persist, in Chromium", { skip: CHROMIUM.skip }, () => {
  let browser: Browser;
  let site: Site;

  before(async () => {
    site = await serveScriptPage();
    browser = await startChromium();
  });

  after(async () => {
    await browser.close();
    site.close();
  });

  /** A browser with a profile of its own. */
  async function openBrowser(t: TestContext): Promise<BrowserContext> {
    const context = await browser.newContext();
    t.after(() => context.close());
    return context;
  }

  /** A page with a client for the server; offline, its sockets lead nowhere. */
  async function openTab(context: BrowserContext, url: string, online = true): Promise<Page> {
    const page = await context.newPage();
    await page.goto(site.url);
    await start(page, url, online);
    return page;
  }

  async function start(page: Page, url: string, online = true): Promise<void> {
    const target = online ? "url" : JSON.stringify(NOWHERE);
    // As text: functions that the test's own loader has touched do not run in a page.
    await page.addScriptTag({
      content: `
        got = [];
        client = new Tidewire(${JSON.stringify(url)}, {
          user: "ann",
          persist: true,
          fallback: false,
          webSocket: class extends WebSocket { constructor(url) { super(${target}); } },
          backoff: { minMs: 50, maxMs: 100 },
        });
        client.subscribe("news", { since: "earliest" }).on("message", ({ data }) => got.push(data));`,
    });
    await page.waitForFunction(
      (status) => window.client.state.status === status,
      online ? "live" : "offline",
    );
  }

  async function gets(page: Page, count: number): Promise<unknown[]> {
    await page.waitForFunction((wanted) => window.got.length >= wanted, count);
    return page.evaluate(() => window.got);
  }

  async function crash(page: Page): Promise<void> {
    const cdp = await page.context().newCDPSession(page);
    const crashed = new Promise((resolve) => {
      page.once("crash", resolve);
    });
    cdp.send("Page.crash").catch(() => {});
    await crashed;
  }

  test("a reloaded page goes on where it was", async (t) => {
    const server = await serverFor(t);
    const page = await openTab(await openBrowser(t), server.url);
    for (const data of [1, 2, 3]) await callApi(server, "POST", "/channels/news/messages", { data });
    assert.deepEqual(await gets(page, 3), [1, 2, 3]);
    await page.reload();
    await callApi(server, "POST", "/channels/news/messages", { data: 4 });
    await start(page, server.url);
    assert.deepEqual(await gets(page, 1), [4]);
  });

  test("what was published offline in a tab that was killed is stored once when it is opened again", async (t) => {
    const server = await serverFor(t);
    const context = await openBrowser(t);
    const killed = await openTab(context, server.url, false);
    await killed.evaluate(() => {
      for (const data of [1, 2, 3]) void window.client.publish("news", data);
    });
    await crash(killed);
    const page = await openTab(context, server.url);
    assert.deepEqual(await gets(page, 3), [1, 2, 3]);
    await page.reload();
    await start(page, server.url);
    const stored: unknown = await page.evaluate(async () => {
      const { messages } = await window.client.history("news");
      return messages.map(({ data }) => data);
    });
    assert.deepEqual(stored, [1, 2, 3]);
  });

  test("a second tab leaves alone what the first one will send, and takes it over when that is gone", async (t) => {
    const server = await serverFor(t);
    const context = await openBrowser(t);
    const first = await openTab(context, server.url, false);
    await first.evaluate(() => void window.client.publish("news", "from the first tab"));
    const second = await openTab(context, server.url);
    await second.evaluate(() => window.client.publish("news", "from the second tab"));
    assert.deepEqual(await gets(second, 1), ["from the second tab"]);
    await crash(first);
    await second.reload();
    await start(second, server.url);
    assert.deepEqual(await gets(second, 1), ["from the first tab"]);
  });
});
