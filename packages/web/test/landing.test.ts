import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CHROMIUM, openBrowser, type TestBrowser } from "./support/browser.ts";
import type { ServerProcess } from "../../../conformance/support/server-process.ts";
import { servePages } from "./support/served-pages.ts";

describe("the landing page", { skip: CHROMIUM.skip }, () => {
  let server: ServerProcess;
  let browser: TestBrowser;
  before(async () => {
    server = await servePages();
    browser = await openBrowser();
  });
  after(async () => {
    await browser.close();
    await server.stop();
  });

  it("shows what a backend pushes to its channel, as text", async () => {
    const page = await browser.open(`${server.url}/`);
    await page.getByText("Waiting for the first message").waitFor();
    const data = { text: "<img src=x onerror=alert(1)>" };
    await server.call("POST", "/api/channels/demo.landing/messages", { data });
    await page.getByTestId("arrival").getByText(data.text).waitFor();
    await server.call("POST", "/api/channels/demo.landing/messages", { data: { order: 118 } });
    await page.getByTestId("arrival").getByText('{"order":118}').waitFor();
    assert.equal(await page.locator(".arrival img").count(), 0);
    assert.deepEqual(browser.complaints(), []);
  });

  it("shows the command that does it, for this very server", async () => {
    const page = await browser.open(`${server.url}/`);
    const command = page.getByRole("region", { name: "Command" });
    const text = await command.textContent();
    assert.match(text ?? "", /^curl -X POST http/);
    assert.ok(text?.includes(`${server.url}/api/channels/demo.landing/messages`));
  });

  it("publishes from the page itself, to every page that is open", async () => {
    const [here, there] = [await browser.open(`${server.url}/`), await browser.open(`${server.url}/`)];
    await here.getByRole("textbox").fill("from a page");
    await here.keyboard.press("Enter");
    await here.getByTestId("arrival").getByText("from a page").waitFor();
    await there.getByTestId("arrival").getByText("from a page").waitFor();
    assert.equal(await here.getByText("this page", { exact: true }).count(), 1);
    assert.equal(await there.getByText("this page", { exact: true }).count(), 0);
  });

  it("leads to the chat and to the API's description", async () => {
    const page = await browser.open(`${server.url}/`);
    const links = await page
      .getByRole("link")
      .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    for (const path of new Set(links)) {
      const response = await fetch(new URL(path ?? "", server.url));
      assert.equal(response.status, 200, `the link to ${path} is answered ${response.status}`);
      await response.body?.cancel();
    }
    assert.ok(links.includes("/demo/chat") && links.includes("/api/openapi.json"));
  });
});
