import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { Browser, Page } from "playwright-core";
import { CHROMIUM, startChromium } from "../../packages/web/test/support/browser.ts";
import { listen, openClient } from "../support/hear.ts";
import { startExample } from "../support/start-example.ts";

/** Opens the page as somebody who gives this name. */
async function openAs(t: TestContext, browser: Browser, url: string, name: string): Promise<Page> {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  page.on("dialog", (dialog) => void dialog.accept(name));
  await page.goto(url);
  return page;
}

describe("examples/express", () => {
  test("lets people chat who have signed in, and tells them of their orders", async (t) => {
    const program = await startExample(t, "express/server.mjs");
    const ann = openClient(t, program.url, { token: "ann" });
    const bob = openClient(t, program.url, { token: "bob" });
    const nextInLobby = await listen(ann, "chat.lobby");
    await bob.publish("chat.lobby", { text: "  hello " });
    assert.deepEqual(await nextInLobby(), { text: "hello" });
    await assert.rejects(bob.publish("chat.lobby", { text: " " }), { message: "Write something." });

    const nextOfAnn = await listen(ann, "@ann");
    const sent = await fetch(`${program.url}/orders/ann/sent`, { method: "POST" });
    assert.deepEqual([sent.status, await sent.json()], [201, { offset: 1 }]);
    assert.deepEqual(await nextOfAnn(), { title: "Your order is on its way" });
    assert.match(program.output(), /ann is in chat\.lobby/);

    const stranger = openClient(t, program.url);
    await assert.rejects(stranger.publish("chat.lobby", { text: "let me in" }));
  });

  test("serves its own pages beside Tidewire, and ends in order", async (t) => {
    const program = await startExample(t, "express/server.mjs");
    const page = await (await fetch(program.url)).text();
    assert.match(page, /<script src="\/tidewire\/client\.js">/);
    assert.equal((await fetch(`${program.url}/nothing`)).status, 404);
    assert.equal((await fetch(`${program.url}/tidewire/health`)).status, 200);
    assert.equal(await program.stop(), 0);
  });

  test("has a page on which two people talk and hear of their orders", { skip: CHROMIUM.skip }, async (t) => {
    const program = await startExample(t, "express/server.mjs");
    const browser = await startChromium();
    t.after(() => browser.close());
    const ann = await openAs(t, browser, program.url, "ann");
    const bob = await openAs(t, browser, program.url, "bob");
    await bob.getByPlaceholder("Say something").fill("hello");
    await bob.getByRole("button", { name: "Send" }).click();
    await ann.getByText("bob: hello").waitFor();
    await fetch(`${program.url}/orders/ann/sent`, { method: "POST" });
    await ann.getByText("Your order is on its way").waitFor();
    assert.equal(await bob.getByText("Your order is on its way").count(), 0);
  });
});
