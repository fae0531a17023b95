import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { execPath } from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import type { ServerProcess } from "../../../conformance/support/server-process.ts";
import { violations } from "./support/axe.ts";
import { CHROMIUM, openBrowser, PHONE, type TestBrowser } from "./support/browser.ts";
import { servePages } from "./support/served-pages.ts";

const DEVICES = ["ada-phone", "ada-tablet", "mei-phone", "kofi-phone"] as const;

const BACKEND = fileURLToPath(new URL("../../../examples/notify/backend.mjs", import.meta.url));

type DeviceId = (typeof DEVICES)[number];

/** Runs in the page before its own scripts: counts how often the person is asked for the permission. */
const COUNT_QUESTIONS = `globalThis.questions = 0;
const ask = Notification.requestPermission.bind(Notification);
Notification.requestPermission = () => { questions += 1; return ask(); };`;

/** Waits until the badges of the devices, in their order, say this; 0 is none. */
async function badgesAre(page: Page, ...wanted: readonly number[]): Promise<void> {
  await page.waitForFunction(
    ([ids, numbers]) =>
      ids.every((id, index) => {
        const badge = document.querySelector(`[data-testid="${id}-badge"]`);
        return Number(badge?.textContent ?? 0) === numbers[index];
      }),
    [DEVICES, wanted] as const,
  );
}

/** How often a device shows this title. */
function shown(page: Page, id: DeviceId, title: string): Promise<number> {
  return page.getByTestId(id).getByTestId("notice").getByText(title, { exact: true }).count();
}

function press(page: Page, id: DeviceId, role: "switch" | "button"): Promise<void> {
  return page.getByTestId(id).getByRole(role).last().click();
}

async function push(page: Page, title: string): Promise<void> {
  await page.getByLabel("Title").fill(title);
  await page.getByRole("button", { name: "Push" }).click();
}

describe("the demo about notifications", { skip: CHROMIUM.skip }, () => {
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

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    return browser.open(`${server.url}/demo/notify`, options);
  }

  /** A page where everybody has read what was pushed before. */
  async function openRead(options?: BrowserContextOptions): Promise<Page> {
    const page = await open(options);
    // The console and the devices: live is who has all that it missed.
    await page.locator("[data-state=live]").nth(DEVICES.length).waitFor();
    for (const id of DEVICES) {
      const read = page.getByTestId(id).getByRole("button");
      if (await read.isEnabled()) await read.click();
      await page.getByTestId(`${id}-badge`).waitFor({ state: "detached" });
    }
    return page;
  }

  it("has something to read for everybody at the first visit, once", async () => {
    for (const page of [await open(), await open()]) {
      await badgesAre(page, 2, 2, 1, 1);
      await page.close();
    }
    assert.deepEqual(browser.complaints(), []);
  });

  it("pushes to one user on all devices, to everybody, and to all but one", async () => {
    const page = await openRead();
    await push(page, "for Ada");
    await badgesAre(page, 1, 1, 0, 0);
    await page.getByText("Pushed to Ada.").waitFor();
    await page.getByRole("radio", { name: "Everybody" }).check();
    await push(page, "for everybody");
    await badgesAre(page, 2, 2, 1, 1);
    await page.getByText("Pushed to Ada, Mei, and Kofi.").waitFor();
    await page.getByRole("radio", { name: "All but one" }).check();
    await page.getByRole("radio", { name: "Mei" }).check();
    await push(page, "for all but Mei");
    await badgesAre(page, 3, 3, 1, 2);
    await page.getByText("Pushed to Ada and Kofi.").waitFor();
    assert.equal(await shown(page, "mei-phone", "for all but Mei"), 0);
    assert.deepEqual(browser.complaints(), []);
  });

  it("clears the badge on one device when the user has read on the other, and keeps it so", async () => {
    const page = await openRead();
    await push(page, "first");
    await badgesAre(page, 1, 1, 0, 0);
    await press(page, "ada-phone", "button");
    await badgesAre(page, 0, 0, 0, 0);
    assert.equal(await page.getByTestId("ada-tablet").locator("[data-unread=true]").count(), 0);
    await push(page, "second");
    await badgesAre(page, 1, 1, 0, 0);
    await page.reload();
    await page.getByTestId("ada-phone").getByText("second").waitFor();
    await badgesAre(page, 1, 1, 0, 0);
    assert.equal(await shown(page, "ada-phone", "first"), 0);
    assert.deepEqual(browser.complaints(), []);
  });

  it("gives a phone that was off what it missed, once, when it is on again", async () => {
    const page = await openRead();
    await page.getByRole("radio", { name: "Everybody" }).check();
    await push(page, "seen");
    await badgesAre(page, 1, 1, 1, 1);
    await press(page, "mei-phone", "switch");
    await page.getByTestId("mei-phone").getByText("Switched off").waitFor();
    const missed = ["missed 1", "missed 2", "missed 3"];
    for (const title of missed) {
      await push(page, title);
      await page.getByTestId("kofi-phone").getByText(title).waitFor();
    }
    assert.equal(await shown(page, "mei-phone", "missed 1"), 0);
    await press(page, "mei-phone", "switch");
    await page.getByTestId("mei-phone").getByText("missed 3").waitFor();
    await badgesAre(page, 4, 4, 4, 4);
    for (const title of ["seen", ...missed]) assert.equal(await shown(page, "mei-phone", title), 1);
    assert.deepEqual(browser.complaints(), []);
  });

  it("knows on a device that was off what was read on the other one", async () => {
    const page = await openRead();
    await push(page, "first");
    await badgesAre(page, 1, 1, 0, 0);
    await press(page, "ada-tablet", "switch");
    await press(page, "ada-phone", "button");
    await page.getByTestId("ada-phone-badge").waitFor({ state: "detached" });
    await push(page, "second");
    await press(page, "ada-tablet", "switch");
    await page.getByTestId("ada-tablet").getByText("second").waitFor();
    await badgesAre(page, 1, 1, 0, 0);
    const unread = page.getByTestId("ada-tablet").locator("[data-unread=true]");
    assert.match(await unread.innerText(), /^second/);
  });

  it("shows what a backend pushes, as text, and the commands that do it", async () => {
    const page = await openRead();
    const data = { title: "<b>Sale</b>", text: "<img src=x onerror=alert(1)>" };
    await server.call("POST", "/api/publish", { messages: [{ users: ["mei", "kofi"], data }] });
    await badgesAre(page, 0, 0, 1, 1);
    await page.getByTestId("kofi-phone").getByText(data.text).waitFor();
    await page.getByTestId("kofi-phone").getByText("backend", { exact: true }).waitFor();
    assert.equal(await page.locator(".notice :is(b, img)").count(), 0);
    await server.call("POST", "/api/users/ada/messages", { data: { order: 118 } });
    await page.getByTestId("ada-tablet").getByText('{"order":118}').waitFor();
  });

  it("shows what the example's process pushes", async () => {
    const page = await openRead();
    const args = [BACKEND, server.url, "--count", "1"];
    const process = spawn(execPath, args, { env: { TIDEWIRE_API_KEY: server.apiKey }, stdio: "ignore" });
    await badgesAre(page, 1, 1, 0, 0);
    await page.getByTestId("ada-tablet").getByText("Order 2051 is packed").waitFor();
    if (process.exitCode === null) await once(process, "exit");
    assert.equal(process.exitCode, 0);
  });

  it("writes the commands that push the same", async () => {
    const page = await open();
    const command = page.getByRole("region", { name: "The same from a terminal" });
    assert.match(await command.innerText(), /^curl -X POST \S+\/api\/users\/ada\/messages /);
    await page.getByRole("radio", { name: "All but one" }).check();
    assert.match(await command.innerText(), /\/api\/publish .*"users":\["mei","kofi"\]/);
    const backend = page.getByRole("region", { name: "A backend that goes on pushing" });
    assert.equal(await backend.innerText(), `node examples/notify/backend.mjs ${server.url}`);
    assert.deepEqual(browser.complaints(), []);
  });

  it("shows what comes as notifications of the system, when they are allowed, until it is read", async () => {
    const page = await openRead({ permissions: ["notifications"] });
    await push(page, "before");
    await badgesAre(page, 1, 1, 0, 0);
    await page.getByRole("button", { name: "Show notifications" }).click();
    await page.locator("[data-testid=system][data-permission=granted]").waitFor();
    const onScreen = page.getByTestId("system-shown");
    await onScreen.getByText("0 notifications").waitFor();
    for (const title of ["now", "and now"]) await push(page, title);
    await onScreen.getByText("2 notifications").waitFor();
    await press(page, "ada-phone", "button");
    await onScreen.getByText("0 notifications").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Show notifications" }).waitFor();
    assert.deepEqual(browser.complaints(), []);
  });

  it("asks for the permission only on a click, and says what can be done when it is refused", async () => {
    const page = await openRead();
    await page.addInitScript(COUNT_QUESTIONS);
    await page.reload();
    await push(page, "nobody was asked");
    await page.getByTestId("ada-phone").getByText("nobody was asked").waitFor();
    assert.equal(await page.evaluate("questions"), 0);
    await page.getByRole("button", { name: "Show notifications" }).click();
    await page.locator("[data-testid=system][data-permission=denied]").waitFor();
    assert.equal(await page.evaluate("questions"), 1);
    assert.match(await page.getByTestId("system").innerText(), /settings/);
    assert.deepEqual(await violations(page), []);
  });

  it("works by keyboard on a phone in Chinese, with nothing that axe complains of", async () => {
    const page = await openRead({ ...PHONE, locale: "zh-CN", colorScheme: "dark" });
    await page.getByRole("radio", { name: "一个人" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByLabel("标题").focus();
    await page.keyboard.press("Enter");
    await badgesAre(page, 1, 1, 1, 1);
    await page.getByText("已推送给Ada、Mei和Kofi。").waitFor();
    await page.getByTestId("kofi-phone").getByRole("switch").focus();
    await page.keyboard.press("Space");
    await page.getByTestId("kofi-phone").getByText("已关机").waitFor();
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(browser.complaints(), []);
  });
});
