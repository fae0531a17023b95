import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CHROMIUM } from "../../packages/web/test/support/browser.ts";
import { Lab } from "./support/lab.ts";

/** What is published offline goes here, beside the numbers. */
const OUTBOX = "outbox";

describe("a page with persist that ends, and comes back", { skip: CHROMIUM.skip }, () => {
  const lab = Lab.ofSuite();

  it("has everything over reloads, however often", async (t) => {
    const { phone, source } = await lab.world(t, { persist: true });
    for (let turn = 0; turn < 3; turn += 1) {
      await phone.hasSeen(await source.stop());
      await phone.hasWrittenDown();
      await phone.reload(async () => {
        source.start();
        await source.more(5);
      });
    }
    await phone.hasSeen(await source.stop());
  });

  it("has everything when its tab was killed, and opened again", async (t) => {
    const { phone, source } = await lab.world(t, { persist: true });
    await phone.hasSeen(await source.stop());
    await phone.hasWrittenDown();
    await phone.kill();
    source.start();
    await source.more(10);
    const reopened = await phone.reopen(t);
    await source.more(5);
    await reopened.hasSeen(await source.stop());
  });

  it("has stored once what it published offline before its tab was killed", async (t) => {
    const { phone, proxy, source, call } = await lab.world(t, { persist: true });
    await phone.loseNetwork();
    await phone.page.evaluate((channel) => {
      for (const text of ["first", "second", "third"]) void window.client.publish(channel, text);
    }, OUTBOX);
    await phone.hasWrittenDown();
    await phone.kill();
    proxy.reset();
    await source.stop();
    const reopened = await phone.reopen(t);
    await reopened.page.waitForFunction(async (channel) => {
      const { messages } = await window.client.history(channel);
      return messages.length >= 3;
    }, OUTBOX);
    await reopened.reload();
    const { messages } = Object(await call("GET", `/channels/${OUTBOX}/messages`, undefined));
    assert.deepEqual(
      Array.from(messages, (message) => Object(message).data),
      ["first", "second", "third"],
    );
  });
});
