import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { violations } from "./support/axe.ts";
import { CHROMIUM, DESKTOP, openBrowser, PHONE, type TestBrowser } from "./support/browser.ts";
import type { ServerProcess } from "../../../conformance/support/server-process.ts";
import { servePages } from "./support/served-pages.ts";

/** Each page, and a text that it shows when it is complete. */
const PAGES = [
  ["/", "hello"],
  ["/demo/chat", "418"],
  ["/demo/lockscreen", "Tidewire SDK"],
  ["/demo/kick", "Ada"],
  ["/demo/notify", "Kofi"],
  ["/demo/ticker", "ZINC"],
  ["/demo/danmaku", "tidewire.yaml"],
] as const;
const LOOKS = (["light", "dark"] as const).flatMap((colorScheme) => [
  { colorScheme, locale: "en-GB" },
  { colorScheme, locale: "zh-CN" },
]);

describe("the pages", { skip: CHROMIUM.skip }, () => {
  let server: ServerProcess;
  let browser: TestBrowser;
  before(async () => {
    server = await servePages();
    browser = await openBrowser();
    const write = (channel: string, data: unknown): Promise<unknown> =>
      server.call("POST", `/api/channels/${channel}/messages`, { data });
    await write("demo.landing", { text: "hello" });
    await write("demo.chat.lobby", "see https://tidewire.example/");
    await write("demo.chat.lobby", { build: 418, status: "passed" });
  });
  after(async () => {
    await browser.close();
    await server.stop();
  });

  for (const [path, text] of PAGES) {
    for (const look of LOOKS) {
      it(`${path} is accessible, legible and obeys its policy, ${look.colorScheme}, ${look.locale}`, async () => {
        const page = await browser.open(`${server.url}${path}`, look);
        await page.getByText(text).first().waitFor();
        assert.deepEqual(await violations(page), []);
        assert.deepEqual(browser.complaints(), []);
      });
    }

    it(`${path} fits a phone and a desk without scrolling sideways`, async () => {
      for (const options of [PHONE, { viewport: DESKTOP }]) {
        const page = await browser.open(`${server.url}${path}`, options);
        const [wide, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.equal(wide, width, `${path} is ${wide} wide on a screen of ${width}`);
      }
    });

    it(`${path} loads nothing from elsewhere and has no inline scripts or styles`, async () => {
      const page = await browser.open(`${server.url}${path}`);
      const loaded = await page.evaluate(() =>
        performance.getEntriesByType("resource").map(({ name }) => name),
      );
      assert.deepEqual(
        loaded.filter((name) => !name.startsWith(server.url)),
        [],
      );
      const html = await (await fetch(`${server.url}${path}`)).text();
      assert.doesNotMatch(html, /<style|<script(?![^>]*src=)|\sstyle=|\son\w+=/);
    });
  }

  it("stay accessible with their drawers and dialogs open", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browser.open(`${server.url}/demo/chat`, { ...PHONE, colorScheme });
      await page.getByRole("button", { name: "list of rooms" }).tap();
      await page.getByRole("dialog", { name: "Rooms" }).waitFor();
      assert.deepEqual(await violations(page), []);
      await page.getByRole("button", { name: "Change name and face" }).tap();
      await page.getByRole("dialog", { name: "How others see you" }).waitFor();
      assert.deepEqual(await violations(page), []);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Show who is online" }).tap();
      await page.getByRole("dialog", { name: "online" }).waitFor();
      assert.deepEqual(await violations(page), []);
    }
    assert.deepEqual(browser.complaints(), []);
  });

  it("remember the theme and the language that were chosen", async () => {
    const page = await browser.open(`${server.url}/`, { colorScheme: "light" });
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await page.getByRole("button", { name: "Switch to dark" }).click();
    const dark = await background();
    assert.notEqual(dark, light);
    await page.getByRole("button", { name: "中文" }).click();
    await page.getByRole("link", { name: "打开聊天室" }).click();
    await page.getByRole("button", { name: "切换到浅色" }).waitFor();
    assert.equal(await background(), dark);
    assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-Hans");
  });
});
