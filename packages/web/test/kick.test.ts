import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Locator, Page } from "playwright-core";
import type { ServerProcess } from "../../../conformance/support/server-process.ts";
import { CHROMIUM, openBrowser, PHONE, type TestBrowser } from "./support/browser.ts";
import { servePages } from "./support/served-pages.ts";

/** The state pill of a phone, once it shows this. */
function state(page: Page, phone: "first" | "second", kind: "live" | "kicked"): Locator {
  return page.getByTestId(phone).locator(`[data-state=${kind}]`);
}

function signIn(page: Page, phone: "first" | "second"): Locator {
  return page.getByTestId(phone).getByRole("button", { name: /^Sign in/ });
}

async function outcome(page: Page, kind: string): Promise<string> {
  const place = page.locator(`[data-testid=outcome][data-kind=${kind}]`);
  await place.waitFor();
  return place.innerText();
}

describe("the demo about kicking", { skip: CHROMIUM.skip }, () => {
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

  async function open(key = server.apiKey): Promise<Page> {
    const page = await browser.open(`${server.url}/demo/kick`);
    await page.getByLabel("API key").fill(key);
    return page;
  }

  it("sends the first phone away when the account signs in on the second, and says why", async () => {
    const page = await open();
    await state(page, "first", "live").waitFor();
    await signIn(page, "second").click();
    await state(page, "second", "live").waitFor();
    await state(page, "first", "kicked").waitFor();
    assert.equal(await page.getByTestId("first-reason").innerText(), "Signed in on another device");
    assert.match(await page.getByTestId("first-tries").innerText(), / 0 times /);
    await signIn(page, "first").click();
    await state(page, "second", "kicked").waitFor();
    await state(page, "first", "live").waitFor();
    assert.deepEqual(browser.complaints(), []);
  });

  it("kicks, bans, refuses while the ban holds, and lets back in", async () => {
    const page = await open();
    await page.getByLabel("What the person reads").fill("It's enough for today");
    await page.getByRole("button", { name: "Kick" }).click();
    assert.equal(await outcome(page, "kicked"), "Kicked: 1 session ended.");
    await state(page, "first", "kicked").waitFor();
    assert.equal(await page.getByTestId("first-reason").innerText(), "It's enough for today");
    await signIn(page, "first").click();
    await state(page, "first", "live").waitFor();

    await page.getByLabel("Ban for").selectOption({ label: "ten minutes" });
    await page.getByRole("button", { name: "Ban", exact: true }).click();
    assert.match(await outcome(page, "banned"), /^Banned until \d/);
    await state(page, "first", "kicked").waitFor();
    for (const phone of ["first", "second"] as const) {
      await signIn(page, phone).click();
      await page.getByTestId(`${phone}-reason`).getByText("It's enough for today").waitFor();
    }
    await page.getByRole("button", { name: "Lift the ban" }).click();
    assert.match(await outcome(page, "lifted"), /lifted/);
    await signIn(page, "second").click();
    await state(page, "second", "live").waitFor();
    assert.deepEqual(browser.complaints(), []);
  });

  it("without a key writes the command, and with a wrong one says so", async () => {
    const page = await open("");
    await page.getByRole("button", { name: "Ban", exact: true }).click();
    const command = page.getByRole("region", { name: "The same as a command" });
    await command
      .getByText(/^curl -X PUT .*\/ban .*--json '\{"for":"1m","reason":"Please take a break"\}'$/)
      .waitFor();
    await state(page, "first", "live").waitFor();
    await page.getByLabel("API key").fill("a wrong key");
    await page.getByRole("button", { name: "Ban", exact: true }).click();
    assert.match(await outcome(page, "refused"), /API key/);
    assert.equal(await page.getByTestId("first-reason").count(), 0);
    assert.equal(browser.complaints().length, 1, "the browser itself reports an answer of 401");
  });

  it("never keeps the key, and works by keyboard on a phone in Chinese", async () => {
    const page = await browser.open(`${server.url}/demo/kick`, { ...PHONE, locale: "zh-CN" });
    await page.getByLabel("API 密钥").focus();
    await page.keyboard.type(server.apiKey);
    for (const key of ["Tab", "Tab", "Tab", "Enter"]) await page.keyboard.press(key);
    assert.match(await outcome(page, "kicked"), /已踢下线/);
    await page.getByTestId("first-reason").getByText("请休息一下").waitFor();
    const kept = await page.evaluate(() =>
      [Object.entries(localStorage), Object.entries(sessionStorage), document.cookie].flat(3).join(),
    );
    assert.ok(!kept.includes(server.apiKey));
    await page.reload();
    assert.equal(await page.getByLabel("API 密钥").inputValue(), "");
    assert.deepEqual(browser.complaints(), []);
  });
});
