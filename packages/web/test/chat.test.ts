import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { Locator, Page } from "playwright-core";
import { violations } from "./support/axe.ts";
import { CHROMIUM, openBrowser, PHONE, type TestBrowser } from "./support/browser.ts";
import type { ServerProcess } from "../../../conformance/support/server-process.ts";
import { servePages } from "./support/served-pages.ts";

const ROOM = "demo.chat.lobby";

function field(page: Page): Locator {
  return page.locator("textarea");
}

function said(page: Page, text: string): Locator {
  return page.getByTestId("message").filter({ hasText: text });
}

async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press("Enter");
}

async function ownName(page: Page): Promise<string> {
  return page.getByTestId("own-name").innerText();
}

describe("the chat", { skip: CHROMIUM.skip }, () => {
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

  const open = (path = "/demo/chat"): Promise<Page> => browser.open(`${server.url}${path}`);
  /** Opens a page of somebody who chose this name before: random ones may be the same. */
  const openAs = (name: string, path: string): Promise<Page> => {
    const localStorage = [
      { name: "tidewire.chat.self", value: `${randomUUID()} face1 ${encodeURIComponent(name)}` },
    ];
    const storageState = { cookies: [], origins: [{ origin: server.url, localStorage }] };
    return browser.open(`${server.url}${path}`, { storageState });
  };
  const push = (data: unknown, channel = ROOM): Promise<unknown> =>
    server.call("POST", `/api/channels/${channel}/messages`, { data });

  it("shows what anybody says to everybody, and never as markup", async () => {
    const [ann, bob] = [await open(), await open()];
    const text = "<img src=x onerror=\"document.title='owned'\"> <b>bold</b>";
    await say(ann, text);
    await said(bob, text).waitFor();
    await said(ann, text).waitFor();
    assert.equal(await said(ann, text).getAttribute("data-author"), "mine");
    assert.equal(await said(bob, text).getAttribute("data-author"), "theirs");
    await push(text);
    await bob.locator("[data-author=backend]").getByText(text).waitFor();
    assert.equal(await bob.locator(".timeline img, .timeline b").count(), 0);
    assert.doesNotMatch(await bob.title(), /owned/);
    assert.deepEqual(browser.complaints(), []);
  });

  it("shows a message that begins with @name to that person alone", async () => {
    const room = "/demo/chat#secrets";
    const [ann, bob, eve] = [await openAs("Ann", room), await openAs("Bob", room), await openAs("Eve", room)];
    await ann.getByRole("button", { name: "Bob Write privately" }).waitFor();
    await say(ann, "@Bob between us");
    await said(bob, "between us").getByText("Only you see this").waitFor();
    await said(ann, "between us").getByText("Only you and Bob see this").waitFor();
    assert.deepEqual(await violations(bob), []);
    await say(ann, "after the secret");
    await said(eve, "after the secret").waitFor();
    assert.equal(await said(eve, "between us").count(), 0);
    // It is in the inboxes, not in the page alone.
    await bob.reload();
    await said(bob, "between us").waitFor();
  });

  it("completes @name by keyboard, and sends nothing when nobody has that name", async () => {
    const ann = await openAs("Ann", "/demo/chat#names");
    await openAs("Bob Lee", "/demo/chat#names");
    await ann.getByRole("button", { name: "Bob Lee Write privately" }).waitFor();
    await field(ann).pressSequentially("@bob l");
    await ann.getByRole("option", { name: "Bob Lee", selected: true }).waitFor();
    assert.deepEqual(await violations(ann), []);
    await field(ann).press("Enter");
    await ann.getByRole("textbox", { name: "Private message to Bob Lee" }).waitFor();
    await field(ann).press("Backspace");
    await say(ann, "@nobody-at-all secret");
    await ann.getByRole("alert").getByText("so nothing was sent").waitFor();
    assert.equal(await field(ann).inputValue(), "@nobody-at-all secret");
    assert.deepEqual(await violations(ann), []);
  });

  it("counts who is there, tells who comes, and follows a new name", async () => {
    const ann = await open("/demo/chat#once");
    await ann.getByText("1 online").waitFor();
    const bob = await open("/demo/chat#once");
    const name = await ownName(bob);
    await ann.getByTestId("notice").getByText(`${name} joined`).waitFor();
    await bob.getByRole("button", { name: "Change name and face" }).click();
    await bob.getByRole("textbox", { name: "Name", exact: true }).fill("Zoë <b>");
    await bob.getByRole("button", { name: "Save" }).click();
    await ann.getByTestId("person").getByText("Zoë <b>").waitFor();
    assert.equal(await ann.getByTestId("online-count").innerText(), "2 online");
    assert.equal(await ann.getByTestId("notice").count(), 1, "a new name is neither a leave nor a join");
    await bob.reload();
    assert.equal(await ownName(bob), "Zoë <b>");
  });

  it("counts what was not looked at, per room and in the title", async () => {
    const ann = await open();
    await ann.getByRole("button", { name: "random", exact: true }).click();
    await ann.getByRole("heading", { name: "#random", level: 1 }).waitFor();
    await push("one");
    await push("two");
    await ann.getByRole("button", { name: "lobby 2 unread" }).waitFor();
    assert.match(await ann.title(), /^\(2\) #random/);
    await ann.getByRole("button", { name: /^lobby/ }).click();
    await ann.getByText("New", { exact: true }).waitFor();
    await ann.waitForFunction(() => document.title.startsWith("#lobby"));
  });

  it("opens rooms by name, in any script, with the command that fills them", async () => {
    const ann = await open();
    await ann.getByRole("textbox", { name: "Name of the room" }).fill("茶馆");
    await ann.keyboard.press("Enter");
    await ann.getByText("Nothing said in #茶馆 yet").waitFor();
    const command = await ann.getByRole("region", { name: "Command" }).innerText();
    const channel = /channels\/(\S+)\/messages/.exec(command)?.[1] ?? "";
    await push({ text: "水开了" }, channel);
    await said(ann, "水开了").waitFor();
    await ann.reload();
    await ann.getByRole("heading", { name: "#茶馆", level: 1 }).waitFor();
    await said(ann, "水开了").waitFor();
  });

  it("sends what was written while the server was away, once, and says so meanwhile", async () => {
    const [ann, bob] = [await open("/demo/chat#away"), await open("/demo/chat#away")];
    await server.kill();
    await ann.locator("[data-state=offline]").waitFor();
    await say(ann, "written offline");
    await ann
      .locator("[data-testid=outgoing][data-status=pending]")
      .getByText("Waits for the connection")
      .waitFor();
    assert.deepEqual(await violations(ann), []);
    await server.restart();
    // Being online again is a reason to try at once.
    for (const page of [ann, bob]) await page.evaluate(() => dispatchEvent(new Event("online")));
    await said(bob, "written offline").waitFor();
    await said(ann, "written offline").getByText("Sent").waitFor();
    assert.equal(await ann.getByTestId("outgoing").count(), 0);
    assert.equal(await said(bob, "written offline").count(), 1);
    browser.complaints(); // Chromium reports each refused connection.
  });

  it("says why it was kicked, stays away, and comes back when asked", async () => {
    const [ann, bob] = [await open("/demo/chat#kick"), await open("/demo/chat#kick")];
    const user = await ann.evaluate(() => localStorage.getItem("tidewire.chat.self")?.split(" ")[0]);
    await server.call("POST", `/api/users/${user}/disconnect`, { reason: "signed in elsewhere" });
    await ann.locator("[data-state=kicked]").getByText("Disconnected: signed in elsewhere").first().waitFor();
    assert.deepEqual(await violations(ann), []);
    await bob.getByText("1 online").waitFor();
    await ann.getByRole("button", { name: "Come back" }).click();
    await ann.locator("[data-state=live]").waitFor();
    await bob.getByText("2 online").waitFor();
  });

  it("holds a bounded list under a flood, and the place of whoever reads back", async () => {
    const channel = "demo.chat.flood";
    const flood = async (from: number, to: number): Promise<void> => {
      const messages = Array.from({ length: to - from }, (_, index) => ({
        channel,
        data: `no. ${from + index}.`,
      }));
      await server.call("POST", "/api/publish", { messages });
    };
    await flood(0, 100);
    const [ann, bob] = [await open("/demo/chat#flood"), await open("/demo/chat#flood")];
    await said(bob, "no. 99.").waitFor();
    assert.equal(await bob.getByTestId("message").count(), 50);
    await bob.locator(".timeline").evaluate((box) => box.scrollTo(0, 0));
    const where = (): Promise<number> =>
      said(bob, "no. 50.").evaluate((row) => Math.round(row.getBoundingClientRect().bottom));
    const before = await where();
    await bob.getByRole("button", { name: "Load earlier messages" }).click();
    await said(bob, "no. 0.").waitFor({ state: "attached" });
    assert.equal(await where(), before, "what was read moved when earlier messages came in above");
    for (let from = 100; from < 1100; from += 100) await flood(from, from + 100);
    await bob.getByRole("button", { name: "1,000 new messages" }).waitFor();
    assert.equal(await where(), before, "what was read moved when new messages came in below");
    await bob.getByRole("button", { name: "1,000 new messages" }).click();
    await said(bob, "no. 1099.").waitFor();
    await said(ann, "no. 1099.").waitFor();
    for (const page of [ann, bob]) {
      const rows = await page.getByTestId("message").count();
      assert.ok(rows <= 200, `${rows} rows are drawn`);
    }
    assert.deepEqual(browser.complaints(), []);
  });

  it("works on a phone, with drawers for rooms and people", async () => {
    const phone = await browser.open(`${server.url}/demo/chat`, PHONE);
    await phone.getByRole("button", { name: "Open the list of rooms" }).tap();
    await phone.getByRole("button", { name: "help", exact: true }).tap();
    await phone.getByRole("heading", { name: "#help", level: 1 }).waitFor();
    assert.equal(await phone.getByRole("dialog").count(), 0);
    await field(phone).fill("from a phone");
    await phone.getByRole("button", { name: "Send" }).tap();
    await said(phone, "from a phone").waitFor();
    const bottom = await field(phone).evaluate((box) => box.getBoundingClientRect().bottom);
    assert.ok(bottom <= 740, "the field is in view without scrolling the page");
  });
});
