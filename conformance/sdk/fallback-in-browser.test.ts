import assert from "node:assert/strict";
import { test } from "node:test";
import { CHROMIUM, startChromium } from "../../packages/web/test/support/browser.ts";
import { serveScriptPage } from "../lockscreen/support/script-page.ts";
import { callApi, serverFor } from "./support/start-server.ts";
import { StubbornProxy } from "./support/stubborn-proxy.ts";

test("in Chromium, a page behind a proxy without WebSocket falls back, and the next one knows", {
  skip: CHROMIUM.skip,
}, async (t) => {
  const site = await serveScriptPage();
  t.after(() => site.close());
  const server = await serverFor(t);
  const proxy = await StubbornProxy.start(t, server.port, { upgrades: "refused" });
  const browser = await startChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();

  const listen = async (since: string): Promise<void> => {
    await page.goto(site.url);
    // As text: functions that the test's own loader has touched do not run in a page.
    await page.addScriptTag({
      content: `
        got = [];
        client = new Tidewire(${JSON.stringify(proxy.url)}, { user: "ann" });
        client.subscribe("news", { since: ${since} }).on("message", ({ data }) => got.push(data));`,
    });
    await page.waitForFunction("client.state.status === 'live'");
  };

  await listen('"earliest"');
  await page.evaluate("client.publish('news', 1)");
  await callApi(server, "POST", "/channels/news/messages", { data: 2 });
  await page.waitForFunction("got.length === 2");
  assert.deepEqual(await page.evaluate("got"), [1, 2]);
  await listen('"earliest"');
  await page.waitForFunction("got.length === 2");
  assert.deepEqual(
    proxy.asked.filter((path) => path !== "/command"),
    ["WebSocket", "/events", "/events"],
  );
});
