import assert from "node:assert/strict";
import { test } from "node:test";
import { CHROMIUM, startChromium } from "../../packages/web/test/support/browser.ts";
import { serveScriptPage } from "../lockscreen/support/script-page.ts";
import { proxyFor } from "../support/proxy/fault-proxy.ts";
import { callApi, serverFor } from "./support/start-server.ts";

test("in Chromium, the script loads what patterns need, and goes on in each channel after a loss", {
  skip: CHROMIUM.skip,
}, async (t) => {
  const site = await serveScriptPage();
  t.after(() => site.close());
  const server = await serverFor(t, {
    channels: [
      { match: "stock.**", patterns: true },
      { match: "stock.A", deliver: "latest" },
    ],
  });
  const proxy = await proxyFor(t, server.port);
  const browser = await startChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(site.url);
  await page.addScriptTag({
    content: `
      got = [];
      client = new Tidewire(${JSON.stringify(proxy.url)}, { user: "ann", backoff: { minMs: 10, maxMs: 100 } });
      client.subscribe("stock.*").on("message", ({ channel, data }) => got.push(channel + " " + data));`,
  });
  await page.evaluate("client.subscribe('stock.*').ready()");
  const push = (channel: string, data: number): Promise<unknown> =>
    callApi(server, "POST", `/channels/${channel}/messages`, { data });
  await push("stock.A", 1);
  await push("stock.B", 2);
  await page.waitForFunction("got.length === 2");
  proxy.reset();
  await push("stock.C", 3);
  await push("stock.A", 4);
  await page.waitForFunction("got.length === 4");
  await push("stock.B", 5);
  await page.waitForFunction("got.length === 5");
  const heard: unknown = await page.evaluate("got.toSorted()");
  assert.deepEqual(heard, ["stock.A 1", "stock.A 4", "stock.B 2", "stock.B 5", "stock.C 3"]);
});
