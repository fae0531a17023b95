import assert from "node:assert/strict";
import { after, before, describe, type TestContext, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { CHROMIUM, startChromium } from "../../packages/web/test/support/browser.ts";
import type { RunningServer } from "../../packages/server/src/server.ts";
import type { Site } from "../lockscreen/support/script-page.ts";
import { clientOf } from "./support/clients.ts";
import { serveReactPage } from "./support/react-site.ts";
import { callApi, serverFor } from "./support/start-server.ts";

/** Lets a page note what it asks for channels, the moment it sends it. */
const RECORD_SENT = `
  sent = [];
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (text) {
    const { type, channel } = JSON.parse(text);
    if (channel !== undefined) sent.push(type + " " + channel);
    send.call(this, text);
  };`;

describe("the React hooks, in Chromium under StrictMode", { skip: CHROMIUM.skip }, () => {
  let browser: Browser;
  let site: Site;

  before(async () => {
    site = await serveReactPage();
    browser = await startChromium();
  });

  after(async () => {
    await browser.close();
    site.close();
  });

  /** A page without a component yet, whose client is live. */
  async function openPage(t: TestContext, server: RunningServer): Promise<Page> {
    const page = await browser.newPage();
    t.after(() => page.close());
    const problems: unknown[] = [];
    page.on("pageerror", (error) => problems.push(error));
    page.on("console", (message) => {
      // At the end of a test the server is gone before the page, which tries again, and other ways after that.
      const isReconnecting = /^WebSocket connection to|net::ERR_CONNECTION_REFUSED/.test(message.text());
      if (message.type() === "error" && !isReconnecting) problems.push(message.text());
    });
    t.after(() => assert.deepEqual(problems, [], "React and the browser have nothing to say against it"));
    await page.addInitScript(RECORD_SENT);
    await page.goto(`${site.url}?server=${server.url}`);
    await page.waitForFunction("client.state.status === 'live'");
    return page;
  }

  const show = (page: Page, ...names: readonly string[]): Promise<unknown> =>
    page.evaluate(`show(...${JSON.stringify(names)})`);

  const publish = (server: RunningServer, data: unknown): Promise<unknown> =>
    callApi(server, "POST", "/channels/room.1/messages", { data });

  /** Waits until a component shows exactly these messages. */
  async function shows(page: Page, name: string, messages: readonly string[]): Promise<void> {
    const expression = `[...document.querySelectorAll("#${name} i")].map((item) => item.textContent).join()`;
    await page.waitForFunction(`${expression} === ${JSON.stringify(messages.join())}`);
  }

  async function reads(page: Page, selector: string, text: string): Promise<void> {
    await page.locator(selector).getByText(text, { exact: true }).waitFor();
  }

  /** Waits until the server counts so many subscribers. */
  async function subscribersAre(server: RunningServer, count: number): Promise<void> {
    for (;;) {
      const channel = await callApi(server, "GET", "/channels/room.1", undefined);
      if (channel !== null && typeof channel === "object" && "subscribers" in channel) {
        if (channel.subscribers === count) return;
      }
    }
  }

  test("components share one subscription, which ends with the last of them", async (t) => {
    const server = await serverFor(t);
    const page = await openPage(t, server);
    await show(page, "first", "second");
    await reads(page, "#first b", "live");
    for (const data of ["a", "b", "c"]) await publish(server, data);
    await shows(page, "first", ["A", "B", "C"]);
    await shows(page, "second", ["B", "C"]);
    await show(page, "second");
    await publish(server, "d");
    await shows(page, "second", ["C", "D"]);
    await subscribersAre(server, 1);
    assert.deepEqual(await page.evaluate("sent"), ["subscribe room.1"]);
    await show(page);
    await subscribersAre(server, 0);
    assert.deepEqual(await page.evaluate("sent"), ["subscribe room.1", "unsubscribe room.1"]);
  });

  test("a component that comes later shows what the others have kept", async (t) => {
    const server = await serverFor(t);
    const page = await openPage(t, server);
    await show(page, "first");
    await reads(page, "#first b", "live");
    for (const data of ["a", "b", "c"]) await publish(server, data);
    await shows(page, "first", ["A", "B", "C"]);
    await show(page, "first", "second");
    await shows(page, "second", ["B", "C"]);
  });

  test("since is heard whichever component of a round comes first, and from the last component's return on", async (t) => {
    const server = await serverFor(t);
    const page = await openPage(t, server);
    for (const data of ["a", "b", "c"]) await publish(server, data);
    await show(page, "people", "first");
    await shows(page, "first", ["B", "C"]);
    await show(page);
    await subscribersAre(server, 0);
    await publish(server, "d");
    await show(page, "first");
    await shows(page, "first", ["C", "D"]);
    assert.deepEqual(await page.evaluate("sent"), [
      "subscribe room.1",
      "unsubscribe room.1",
      "subscribe room.1",
    ]);
  });

  test("components that come and go leave no handler and no subscription behind", async (t) => {
    const server = await serverFor(t);
    const page = await openPage(t, server);
    for (let round = 1; round <= 20; round++) {
      await show(page, "first", "second", "people", "pill", "clumsy");
      await reads(page, "#first b", "live");
      assert.equal(await page.evaluate("handlers()"), 1, "the pill's");
      await show(page);
      await page.locator("#pill").waitFor({ state: "detached" });
    }
    await subscribersAre(server, 0);
    assert.equal(await page.evaluate("handlers()"), 0);
    const round = ["subscribe room.1", "unsubscribe room.1"];
    assert.deepEqual(await page.evaluate("sent"), Array(20).fill(round).flat());
  });

  test("a handler that throws is reported, and the others go on", async (t) => {
    const server = await serverFor(t);
    const page = await openPage(t, server);
    await show(page, "clumsy", "first");
    await reads(page, "#first b", "live");
    for (const data of ["a", "b"]) await publish(server, data);
    await shows(page, "first", ["A", "B"]);
    assert.deepEqual(await page.evaluate("errors"), ["handler_failed", "handler_failed"]);
  });

  test("who is there is shown, and who came and went", async (t) => {
    const server = await serverFor(t);
    const page = await openPage(t, server);
    await show(page, "people");
    await reads(page, "#people", "ann");
    const ben = clientOf(t, server.url, { user: "ben" });
    await ben.subscribe("room.1").ready();
    await reads(page, "#people", "ann ben");
    assert.equal(await page.getAttribute("#people", "data-count"), "2");
    ben.close();
    await reads(page, "#people", "ann");
  });

  test("the connection's state is shown, and its end harms no component", async (t) => {
    const server = await serverFor(t);
    const page = await openPage(t, server);
    await show(page, "pill", "first");
    await reads(page, "#pill", "live");
    await reads(page, "#first b", "live");
    await callApi(server, "POST", "/users/ann/disconnect", { reason: "Enough." });
    await reads(page, "#pill", "kicked");
    await reads(page, "#first b", "subscribing");
    await page.evaluate("client.close()");
    await reads(page, "#pill", "closed");
    await reads(page, "#first b", "ended");
    await show(page, "second");
    await reads(page, "#second b", "ended");
  });
});
