import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { violations } from "./support/axe.ts";
import { CHROMIUM, openBrowser, type TestBrowser } from "./support/browser.ts";
import type { ServerProcess } from "../../../conformance/support/server-process.ts";
import { servePages } from "./support/served-pages.ts";

async function say(page: Page, text: string): Promise<void> {
  await page.locator("textarea").fill(text);
  await page.locator("textarea").press("Enter");
}

/** Who wrote the message with this text, as this page sees it: `mine` or `theirs`. */
async function author(page: Page, text: string): Promise<string | null> {
  return page.getByTestId("message").filter({ hasText: text }).getAttribute("data-author");
}

async function live(page: Page): Promise<Page> {
  await page.locator("[data-state=live]").waitFor();
  return page;
}

async function ownName(page: Page): Promise<string> {
  return page.getByTestId("own-name").innerText();
}

async function rename(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Change name and face" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
  await page.getByRole("button", { name: "Save" }).click();
}

async function reload(page: Page): Promise<void> {
  await page.reload();
  await live(page);
}

/** What "Duplicate tab" does: the same address, and a copy of what the tab remembers. */
async function duplicate(page: Page): Promise<Page> {
  const [copy] = await Promise.all([
    page.waitForEvent("popup"),
    page.evaluate(() => {
      window.open(location.href);
    }),
  ]);
  return live(copy);
}

/** Closes a page and waits until the browser has told the others, which may be later. */
async function close(page: Page, other: Page): Promise<void> {
  const held = (): Promise<number> =>
    other.evaluate(async () => (await navigator.locks.query()).held?.length ?? 0);
  const before = await held();
  await page.close();
  await other.waitForFunction(
    async (fewer) => ((await navigator.locks.query()).held?.length ?? 0) < fewer,
    before,
  );
}

describe("windows of one browser", { skip: CHROMIUM.skip }, () => {
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

  const address = (room: string): string => `${server.url}/demo/chat#${room}`;
  /** The first window of a browser that remembers Ann, whose name is no random one. */
  const first = (room: string): Promise<Page> => {
    const localStorage = [{ name: "tidewire.chat.self", value: `${randomUUID()} face1 Ann` }];
    const storageState = { cookies: [], origins: [{ origin: server.url, localStorage }] };
    return browser.open(address(room), { storageState });
  };
  const beside = async (page: Page, room: string): Promise<Page> => {
    const other = await page.context().newPage();
    await other.goto(address(room));
    return live(other);
  };

  it("are two people by themselves, who see each other and talk", async () => {
    const ann = await first("two");
    const guest = await beside(ann, "two");
    const name = await ownName(guest);
    assert.equal(await ownName(ann), "Ann");
    assert.notEqual(name, "Ann");
    for (const page of [ann, guest]) await page.getByText("2 online").waitFor();
    await ann.getByTestId("person").getByText(name).waitFor();
    await say(ann, "hello myself");
    await guest.getByText("hello myself").waitFor();
    await say(guest, "hello Ann");
    await ann.getByText("hello Ann").waitFor();
    assert.equal(await author(ann, "hello Ann"), "theirs");
    assert.equal(await author(guest, "hello myself"), "theirs");
    assert.equal(await author(guest, "hello Ann"), "mine");
    assert.deepEqual(browser.complaints(), []);
  });

  it("stay who they are over reloads", async () => {
    const ann = await first("reload");
    const guest = await beside(ann, "reload");
    const name = await ownName(guest);
    for (let round = 0; round < 3; round += 1) {
      await reload(ann);
      await reload(guest);
      assert.deepEqual([await ownName(ann), await ownName(guest)], ["Ann", name]);
    }
    for (const page of [ann, guest]) await page.getByText("2 online").waitFor();
  });

  it("are a person more for each duplicated tab", async () => {
    const ann = await first("copies");
    const guest = await beside(ann, "copies");
    await rename(guest, "Guest");
    const copies = [await duplicate(ann), await duplicate(guest)];
    for (const page of [ann, guest, ...copies]) await page.getByText("4 online").waitFor();
    assert.deepEqual([await ownName(ann), await ownName(guest)], ["Ann", "Guest"]);
    for (const copy of copies) {
      const name = await ownName(copy);
      assert.ok(!["Ann", "Guest"].includes(name), `a duplicate is called ${name} too`);
      await reload(copy);
      assert.equal(await ownName(copy), name);
    }
  });

  it("forget a guest when it is closed, and are the remembered person again", async () => {
    const ann = await first("again");
    const guest = await beside(ann, "again");
    await rename(ann, "Anna");
    await rename(guest, "Guest");
    await reload(guest);
    assert.equal(await ownName(guest), "Guest");
    await close(ann, guest);
    const anna = await beside(guest, "again");
    assert.equal(await ownName(anna), "Anna");
    await close(guest, anna);
    const stranger = await beside(anna, "again");
    assert.ok(!["Anna", "Guest"].includes(await ownName(stranger)), "a closed guest came back");
  });

  it("are opened by a link for whoever is alone, in the same room", async () => {
    const ann = await first("entrance");
    await ann.getByRole("textbox", { name: "Name of the room" }).fill("alone");
    await ann.keyboard.press("Enter");
    await ann.getByRole("heading", { name: "#alone", level: 1 }).waitFor();
    const [guest] = await Promise.all([
      ann.waitForEvent("popup"),
      ann.getByRole("link", { name: "Open a window" }).click(),
    ]);
    await guest.getByRole("heading", { name: "#alone", level: 1 }).waitFor();
    for (const page of [ann, guest]) await page.getByText("2 online").waitFor();
  });

  it("tell a guest, and nobody else, that the person goes with the window", async () => {
    const ann = await first("told");
    const guest = await beside(ann, "told");
    for (const page of [ann, guest]) {
      await page.getByRole("button", { name: "Change name and face" }).click();
      await page.getByRole("dialog").waitFor();
      assert.deepEqual(await violations(page), []);
    }
    const told = "This window is a person of its own, forgotten when it is closed.";
    assert.equal(await guest.getByText(told).count(), 1);
    assert.equal(await ann.getByText(told).count(), 0);
  });

  it("leave the remembered person to others while they are in the page cache", async () => {
    const ann = await first("cache");
    const pass = (page: Page, type: "pagehide" | "pageshow"): Promise<boolean> =>
      page.evaluate((name) => dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type);
    await ann.evaluate(() => document.body.setAttribute("data-loaded-once", ""));
    await pass(ann, "pagehide");
    await pass(ann, "pageshow");
    await live(ann);
    const other = await beside(ann, "cache");
    assert.notEqual(await ownName(other), "Ann", "the page that came back has its person again");
    assert.equal(await ann.locator("[data-loaded-once]").count(), 1);

    await pass(ann, "pagehide");
    const successor = await beside(other, "cache");
    assert.equal(await ownName(successor), "Ann");
    await pass(ann, "pageshow");
    await ann.locator("[data-loaded-once]").waitFor({ state: "detached" });
    await live(ann);
    assert.notEqual(await ownName(ann), "Ann", "two pages are Ann");
  });

  it("are one person where there are no locks, counted once, with one name", async () => {
    const bob = await browser.open(address("once"));
    const ann = await first("once");
    await ann.context().addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "locks"));
    await reload(ann);
    const tab = await beside(ann, "once");
    assert.equal(await ownName(tab), "Ann");
    await rename(tab, "Zoë");
    await ann.getByTestId("own-name").getByText("Zoë").waitFor();
    await bob.getByTestId("person").getByText("Zoë").waitFor();
    assert.equal(await bob.getByTestId("online-count").innerText(), "2 online");
    assert.equal(await bob.getByTestId("notice").count(), 1, "only the first tab joined");
    const guest = await ann.context().newPage();
    await guest.goto(`${server.url}/demo/chat?guest#once`);
    await bob.getByText("3 online").waitFor();
  });
});
