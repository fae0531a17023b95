import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CHROMIUM } from "../../packages/web/test/support/browser.ts";
import { Lab } from "./support/lab.ts";
import type { Phone } from "./support/phone.ts";

/** Tells the page that it goes into the page cache, or comes out of it; as iOS does, with no `visibilitychange`. */
async function tell(phone: Phone, event: "pagehide" | "pageshow"): Promise<void> {
  await phone.page.evaluate(
    (type) => window.dispatchEvent(new PageTransitionEvent(type, { persisted: true })),
    event,
  );
}

async function connectionOf(phone: Phone): Promise<unknown> {
  return Object(await phone.until("live")).connection;
}

describe("a page that goes into the page cache while messages flow", { skip: CHROMIUM.skip }, () => {
  const lab = Lab.ofSuite();

  it("is kept there without a socket, and has everything when somebody goes back to it", async (t) => {
    const { phone, proxy, source } = await lab.world(t);
    const before = await connectionOf(phone);
    await phone.page.evaluate(() => {
      window.addEventListener("pageshow", ({ persisted }) => window.states.push(`persisted ${persisted}`));
    });
    const { href, host } = new URL(phone.page.url());
    await phone.page.goto(href.replace(host, host.replace("127.0.0.1", "localhost")));
    await source.more(10);
    assert.equal(proxy.open, 0, "a page in the cache has no socket");
    await phone.page.goBack({ waitUntil: "commit" });
    await source.more(5);
    await phone.hasSeen(await source.stop());
    const states = await phone.states();
    assert.ok(states.includes("persisted true"), `it was the page of before: ${states.join(", ")}`);
    assert.equal(await connectionOf(phone), before, "the session goes on");
  });

  it("comes back on iOS, which tells of no visibility, with everything", async (t) => {
    const { phone, proxy, source } = await lab.world(t);
    await tell(phone, "pagehide");
    await source.more(10);
    assert.deepEqual([await phone.status(), proxy.open], ["suspended", 0]);
    await tell(phone, "pageshow");
    await source.more(5);
    await phone.hasSeen(await source.stop());
    assert.deepEqual([proxy.accepted, proxy.open], [2, 1]);
  });

  it("comes back on iOS with a socket that died and says it is open", async (t) => {
    const { phone, proxy, source } = await lab.world(t, { probeTimeoutMs: 300 });
    proxy.blackhole();
    await source.more(10);
    proxy.restore();
    await tell(phone, "pageshow");
    await source.more(5);
    await phone.hasSeen(await source.stop());
    assert.deepEqual([proxy.accepted, proxy.open], [2, 1]);
  });
});
