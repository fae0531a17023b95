import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CHROMIUM } from "../../packages/web/test/support/browser.ts";
import { Lab } from "./support/lab.ts";
import { lockedFor } from "./support/patience.ts";
import { CHANNEL } from "./support/phone.ts";

describe("a phone that is locked while messages flow", { skip: CHROMIUM.skip }, () => {
  const lab = Lab.ofSuite();

  it("has everything after 11 s, over the socket it had, when that is still good", async (t) => {
    // So patient that a slow machine does not make it doubt a good socket.
    const { phone, proxy, source } = await lab.world(t, { probeTimeoutMs: 60_000 });
    await phone.lock();
    await lockedFor(11);
    await phone.unlock();
    await source.more(5);
    await phone.hasSeen(await source.stop());
    assert.equal(proxy.accepted, 1, "no other socket was opened");
  });

  it("has everything after 11 s in which its connection died without a word", async (t) => {
    const { phone, proxy, source } = await lab.world(t);
    await phone.lock();
    proxy.blackhole();
    await lockedFor(11);
    proxy.restore();
    await phone.unlock();
    await source.more(5);
    await phone.hasSeen(await source.stop());
    assert.deepEqual([proxy.accepted, proxy.open], [2, 1], "one socket replaced the other");
  });

  it("has everything after 60 s, the last of them frozen, with its connection reset meanwhile", async (t) => {
    const { phone, proxy, source } = await lab.world(t);
    await phone.lock();
    await lockedFor(60);
    await phone.freeze();
    proxy.reset();
    await source.more(20);
    await phone.thaw();
    await phone.unlock();
    await source.more(5);
    await phone.hasSeen(await source.stop());
    assert.deepEqual([proxy.accepted, proxy.open], [2, 1], "one socket replaced the other");
  });

  it("has everything after 60 s frozen, with its network gone and its connection dead", async (t) => {
    const { phone, proxy, source } = await lab.world(t);
    await phone.lock();
    await phone.freeze();
    proxy.blackhole();
    await lockedFor(60);
    proxy.restore();
    await phone.thaw();
    await phone.unlock();
    await source.more(5);
    await phone.hasSeen(await source.stop());
    assert.equal(proxy.open, 1);
  });

  it("has everything when it is frozen while it is looked at, and thawed", async (t) => {
    const { phone, proxy, source } = await lab.world(t);
    await phone.freeze();
    await source.more(20);
    await phone.thaw();
    await source.more(5);
    await phone.hasSeen(await source.stop());
    assert.equal(proxy.open, 1);
  });

  it("does not reconnect when somebody looks at another tab again and again", async (t) => {
    const { phone, proxy, source } = await lab.world(t, { trustHiddenMs: 10_000 });
    for (let turn = 0; turn < 8; turn += 1) {
      await phone.lock();
      await source.more(1);
      await phone.unlock();
    }
    await phone.hasSeen(await source.stop());
    assert.equal(proxy.accepted, 1);
    assert.deepEqual((await phone.states()).filter((status) => status === "live").length, 1);
  });

  for (const how of ["hidden", "frozen"] as const) {
    it(`stays away when it was kicked while it was ${how}, and says why`, async (t) => {
      const { phone, proxy, source, call } = await lab.world(t);
      await phone.lock();
      const published = await source.stop();
      await phone.hasSeen(published);
      if (how === "frozen") await phone.freeze();
      await call("POST", "/users/ann/disconnect", { reason: "signed in on another device" });
      await call("POST", `/channels/${CHANNEL}/messages`, { data: published + 1 });
      await lockedFor(11);
      if (how === "frozen") await phone.thaw();
      await phone.unlock();
      const { reason } = Object(await phone.until("kicked"));
      assert.equal(reason, "signed in on another device");
      const { accepted } = proxy;
      await phone.lock();
      await lockedFor(11);
      await phone.unlock();
      await phone.page.evaluate(() => window.dispatchEvent(new Event("online")));
      await phone.hasSeen(published);
      assert.deepEqual([await phone.status(), proxy.accepted], ["kicked", accepted]);
    });
  }
});
