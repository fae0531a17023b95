import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { listen, openClient } from "../support/hear.ts";
import { startExample } from "../support/start-example.ts";

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
});
