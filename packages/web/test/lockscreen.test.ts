import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { CHROMIUM, openBrowser, PHONE, type TestBrowser } from "./support/browser.ts";
import type { ServerProcess } from "../../../conformance/support/server-process.ts";
import { servePages } from "./support/served-pages.ts";

const SIDES = ["naive", "sdk"] as const;

/** What the page says of a side. */
async function count(page: Page, side: (typeof SIDES)[number], what: string): Promise<number> {
  return Number((await page.getByTestId(`${side}-${what}`).innerText()).replace(/\D/g, ""));
}

/** Waits until both sides have heard so many more messages at once than when it was called. */
async function more(page: Page, messages: number): Promise<void> {
  const wanted = (await count(page, "sdk", "sent")) + messages;
  await page.waitForFunction(
    (number) => Number(document.querySelector('[data-testid="sdk-sent"]')?.textContent) >= number,
    wanted,
  );
}

describe("the lock screen laboratory", { skip: CHROMIUM.skip }, () => {
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

  async function open(): Promise<Page> {
    const page = await browser.open(`${server.url}/demo/lockscreen`);
    await page.getByRole("button", { name: "Lock the screen" }).and(page.locator(":enabled")).waitFor();
    await more(page, 3);
    return page;
  }

  for (const [begin, end] of [
    ["Lock the screen", "Unlock"],
    ["Freeze the page", "Thaw"],
    ["Cut the network", "Restore it"],
  ] as const) {
    it(`shows what is lost without the SDK, and that nothing is with it: ${begin}`, async () => {
      const page = await open();
      await page.getByRole("button", { name: begin }).click();
      // The SDK of the laboratory trusts a socket for two seconds.
      await more(page, 13);
      for (const side of SIDES) {
        assert.ok((await count(page, side, "missing")) > 5, `${side} is cut off from the messages`);
      }
      await page.getByRole("button", { name: end }).click();
      await page.getByTestId("outcome-sdk").waitFor();
      await page.getByTestId("outcome-naive").waitFor();
      await page.getByTestId("outcome-sdk").getByText("none lost").waitFor();
      assert.match(await page.getByTestId("outcome-naive").innerText(), /^\d+ messages lost, back after/);
      assert.ok((await count(page, "naive", "lost")) > 5);
      for (const what of ["lost", "repeated"]) assert.equal(await count(page, "sdk", what), 0);
      const sent = await count(page, "sdk", "sent");
      await page.waitForFunction(
        (wanted) => Number(document.querySelector('[data-testid="sdk-received"]')?.textContent) >= wanted,
        sent,
      );
      assert.deepEqual(browser.complaints(), []);
    });
  }

  it("shows on both phones what is pushed from outside, and later only on the one with the SDK", async () => {
    const page = await open();
    const push = (text: string): Promise<unknown> =>
      server.call("POST", "/api/channels/demo.lockscreen.outside/messages", { data: { text } });
    await push("<b>awake</b>");
    for (const side of SIDES) await page.getByTestId(`${side}-said`).getByText("<b>awake</b>").waitFor();
    await page.getByRole("button", { name: "Lock the screen" }).click();
    await push("asleep");
    await more(page, 13);
    await page.getByRole("button", { name: "Unlock" }).click();
    await page.getByTestId("sdk-said").getByText("asleep").waitFor();
    await page.getByTestId("outcome-naive").waitFor();
    assert.equal(await page.getByTestId("naive-said").innerText(), "<b>awake</b>");
    assert.deepEqual(browser.complaints(), []);
  });

  it("does everything by itself when it is told to, by keyboard, on a phone in Chinese", async () => {
    const page = await browser.open(`${server.url}/demo/lockscreen`, { ...PHONE, locale: "zh-CN" });
    const button = page.getByRole("button", { name: "依次做完三种" });
    await button.and(page.locator(":enabled")).waitFor();
    await button.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "正在依次进行" }).waitFor();
    await button.and(page.locator(":enabled")).waitFor({ timeout: 90_000 });
    assert.equal(await page.getByTestId("episode").count(), 3);
    assert.ok((await count(page, "naive", "lost")) > 20);
    for (const what of ["lost", "repeated"]) assert.equal(await count(page, "sdk", what), 0);
    assert.deepEqual(browser.complaints(), []);
  });
});
