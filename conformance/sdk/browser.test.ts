import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import type { Tidewire } from "@tidewire/client";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { CHROMIUM, FLAGS } from "../../packages/web/test/support/browser.ts";
import type { RunningServer } from "../../packages/server/src/server.ts";
import { proxyFor } from "../support/proxy/fault-proxy.ts";
import { type ScriptSite, serveScriptPage } from "./support/script-page.ts";
import { callApi, serverFor } from "./support/start-server.ts";

declare global {
  interface Window {
    /** What the SDK's script defines. */
    Tidewire: typeof Tidewire;
    /** The page's client, what it got, and the states it was in. */
    client: Tidewire;
    got: unknown[];
    states: string[];
  }
}

describe("the SDK in Chromium", { skip: CHROMIUM.skip }, () => {
  let browser: Browser;
  let site: ScriptSite;
  let home: string;

  before(async () => {
    // Chromium writes crash reports and caches below HOME, which need not exist where tests run.
    home = await mkdtemp(join(tmpdir(), "tidewire-chromium-"));
    site = await serveScriptPage();
    const env = { ...process.env, HOME: home };
    browser = await chromium.launch({ executablePath: CHROMIUM.path, args: FLAGS, env });
  });

  after(async () => {
    await browser.close();
    site.close();
    await rm(home, { recursive: true, force: true });
  });

  /** A page whose client listens to `news` and is live. */
  async function openPage(t: TestContext, serverUrl: string): Promise<{ page: Page; cdp: CDPSession }> {
    const context = await browser.newContext();
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(site.url);
    await page.evaluate((url) => {
      window.got = [];
      window.states = [];
      window.client = new window.Tidewire(url, { user: "ann" });
      window.client.on("state", ({ status }) => window.states.push(status));
      window.client
        .subscribe("news", { since: "earliest" })
        .on("message", ({ data }) => window.got.push(data));
    }, serverUrl);
    await page.waitForFunction(() => window.client.state.status === "live");
    return { page, cdp: await context.newCDPSession(page) };
  }

  async function push(server: RunningServer, ...numbers: readonly number[]): Promise<void> {
    for (const data of numbers) await callApi(server, "POST", "/channels/news/messages", { data });
  }

  async function gets(page: Page, count: number): Promise<unknown[]> {
    await page.waitForFunction((wanted) => window.got.length >= wanted, count);
    return page.evaluate(() => window.got);
  }

  test("a page with a script tag and no module listens and publishes", async (t) => {
    const server = await serverFor(t);
    const { page } = await openPage(t, server.url);
    await push(server, 1);
    const duplicate = await page.evaluate(async () => (await window.client.publish("news", 2)).duplicate);
    assert.deepEqual([await gets(page, 2), duplicate], [[1, 2], false]);
  });

  test("a phone without network, whose connection is cut meanwhile, gets all it missed when it is back", async (t) => {
    const server = await serverFor(t);
    const proxy = await proxyFor(t, server.port);
    const { page, cdp } = await openPage(t, proxy.url);
    await push(server, 1);
    await gets(page, 1);
    const network = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await cdp.send("Network.enable");
    await cdp.send("Network.emulateNetworkConditions", { offline: true, ...network });
    await push(server, 2, 3);
    const written = page.evaluate(async () => (await window.client.publish("news", 5)).duplicate);
    proxy.reset();
    await push(server, 4);
    await cdp.send("Network.emulateNetworkConditions", { offline: false, ...network });
    assert.equal(await written, false);
    assert.deepEqual(await gets(page, 5), [1, 2, 3, 4, 5]);
  });

  test("a page that was frozen gets what came meanwhile, once", async (t) => {
    const server = await serverFor(t);
    const { page, cdp } = await openPage(t, server.url);
    await cdp.send("Page.setWebLifecycleState", { state: "frozen" });
    await push(server, 1, 2, 3);
    await cdp.send("Page.setWebLifecycleState", { state: "active" });
    await push(server, 4);
    assert.deepEqual(await gets(page, 4), [1, 2, 3, 4]);
  });

  test("a page that goes into the page cache and comes back takes its session over", async (t) => {
    const server = await serverFor(t);
    const { page } = await openPage(t, server.url);
    const connection = await page.evaluate(() => {
      const { state } = window.client;
      window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
      return state.status === "live" && state.connection;
    });
    await push(server, 1);
    await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
    assert.deepEqual(await gets(page, 1), [1]);
    await page.waitForFunction(() => window.client.state.status === "live");
    const after = await page.evaluate(() => {
      const { state } = window.client;
      return state.status === "live" && state.connection;
    });
    assert.equal(after, connection);
    assert.deepEqual((await page.evaluate(() => window.states)).slice(-4), [
      "suspended",
      "connecting",
      "catching-up",
      "live",
    ]);
  });
});
