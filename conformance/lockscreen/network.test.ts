import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CHROMIUM } from "../../packages/web/test/support/browser.ts";
import { Lab } from "./support/lab.ts";

describe("a phone whose network fails while messages flow", { skip: CHROMIUM.skip }, () => {
  const lab = Lab.ofSuite();

  it("has everything when it was offline and the server dropped its connection meanwhile", async (t) => {
    const { phone, proxy, source } = await lab.world(t);
    await phone.loseNetwork();
    await source.more(10);
    const published = phone.page.evaluate(async () => window.client.publish("outbox", "written offline"));
    proxy.reset();
    await source.more(10);
    await phone.findNetwork();
    const { duplicate, offset } = await published;
    assert.deepEqual([duplicate, offset], [false, 1], "what was written offline is stored once");
    await source.more(5);
    await phone.hasSeen(await source.stop());
    assert.equal(proxy.open, 1);
  });

  it("has everything, over the same socket, when its network only stalled", async (t) => {
    const { phone, proxy, source } = await lab.world(t);
    proxy.stall("up", "down");
    await source.more(20);
    proxy.restore();
    await phone.hasSeen(await source.stop());
    assert.equal(proxy.accepted, 1);
  });

  it("has everything when its network swallowed all bytes until it was back", async (t) => {
    const { phone, proxy, source } = await lab.world(t, { probeTimeoutMs: 300 });
    proxy.blackhole();
    await source.more(20);
    proxy.restore();
    await phone.page.evaluate(() => window.dispatchEvent(new Event("online")));
    await source.more(5);
    await phone.hasSeen(await source.stop());
    assert.equal(proxy.open, 1);
  });

  it("has everything when it was reset again and again, and refused in between", async (t) => {
    const { phone, proxy, source } = await lab.world(t);
    for (let turn = 0; turn < 5; turn += 1) {
      const { accepted } = proxy;
      if (turn % 2 === 0) proxy.reset();
      else proxy.end();
      proxy.refuse();
      await proxy.untilAccepted(accepted + 2);
      proxy.restore();
      await phone.until("live");
      await source.more(3);
    }
    await phone.hasSeen(await source.stop());
    assert.equal(proxy.open, 1);
  });

  it("has everything when the way is so slow that it falls far behind", async (t) => {
    const { phone, proxy, source } = await lab.world(t);
    proxy.slow(2000);
    await source.more(60);
    proxy.reset();
    await source.more(20);
    proxy.slow(20_000);
    await phone.hasSeen(await source.stop());
    assert.equal(proxy.open, 1);
  });

  for (const [how, signal] of [
    ["killed", "kill"],
    ["stopped in order", "end"],
  ] as const) {
    it(`has everything when the server was ${how} and started again`, async (t) => {
      const { phone, proxy, source, server } = await lab.worldOfProcess(t);
      await server[signal]();
      await phone.page.waitForFunction(() => window.client.state.status !== "live");
      await server.start();
      await source.more(10);
      await phone.hasSeen(await source.stop());
      assert.equal(proxy.open, 1);
    });
  }
});
