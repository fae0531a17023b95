import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { AnyChannels } from "@tidewire/protocol";
import { type Tidewire, type TidewireEvents, TidewireError } from "../../src/index.ts";
import { eventually } from "../support/deadline.ts";
import { NativeClient } from "../support/native-client.ts";
import { startHost } from "../support/start-host.ts";

interface Channels {
  "chat.*": { readonly text: string };
  "@*": { readonly title: string };
  news: string;
}

async function connectAs(t: TestContext, host: { readonly wsUrl: string }, user: string, channels = "") {
  const client = await NativeClient.open(t, host, `user=${user}&channels=${channels}`);
  await client.connected();
  for (const _channel of channels === "" ? [] : channels.split(",")) await client.next("subscribed");
  return client;
}

/** Records what a program hears of these events. */
function hear<Name extends keyof TidewireEvents>(
  tidewire: Pick<Tidewire<AnyChannels>, "on">,
  ...names: readonly Name[]
): readonly (readonly [string, TidewireEvents[Name]])[] {
  const heard: [string, TidewireEvents[Name]][] = [];
  for (const name of names) tidewire.on(name, (event) => heard.push([name, event]));
  return heard;
}

describe("what a program calls", () => {
  test("publishes with an id once, and tells the position", async (t) => {
    const { tidewire } = await startHost<Channels>(t);
    const first = await tidewire.publish("chat.1", { text: "hi" }, { id: "m1" });
    const again = await tidewire.publish("chat.1", { text: "hi" }, { id: "m1" });
    assert.equal(first.offset, 1);
    assert.deepEqual(again, { ...first, duplicate: true });
  });

  test("publishes to a user's inbox, and to everybody", async (t) => {
    const host = await startHost<Channels>(t);
    const ann = await connectAs(t, host, "ann");
    const bob = await connectAs(t, host, "bob");
    await ann.next("subscribed");
    await host.tidewire.toUser("ann", { title: "for you" });
    assert.deepEqual(host.tidewire.broadcast("for all").connections, 2);
    const forAnn = (await ann.messages(2)).map(({ data }) => data);
    assert.deepEqual(new Set(forAnn), new Set([{ title: "for you" }, "for all"]));
    assert.equal((await bob.messages(1))[0]?.data, "for all");
  });

  test("sends users away and keeps them out", async (t) => {
    const host = await startHost<Channels>(t);
    const { tidewire } = host;
    const ann = await connectAs(t, host, "ann");
    assert.deepEqual(await tidewire.disconnect("ann", { reason: "signed in elsewhere" }), { connections: 1 });
    assert.deepEqual(await ann.closed, { code: 4400, reason: "signed in elsewhere" });
    await tidewire.ban("bob", { for: "10m", reason: "spam" });
    const bob = await NativeClient.open(t, host, "user=bob").catch(() => null);
    if (bob !== null) assert.equal((await bob.closed).code, 4403);
    assert.deepEqual(await tidewire.unban("bob"), { lifted: true });
    await connectAs(t, host, "bob");
  });

  test("lists channels, a page at a time", async (t) => {
    const { tidewire } = await startHost<Channels>(t);
    for (const name of ["chat.1", "chat.2", "chat.3"] as const) await tidewire.publish(name, { text: "" });
    const first = await tidewire.channels({ match: "chat.*", limit: 2 });
    assert.deepEqual(first.channels, [
      { channel: "chat.1", subscribers: 0 },
      { channel: "chat.2", subscribers: 0 },
    ]);
    const rest = await tidewire.channels({ match: "chat.*", limit: 2, cursor: first.cursor });
    assert.deepEqual(
      rest.channels.map(({ channel }) => channel),
      ["chat.3"],
    );
  });

  test("is refused with the error of the table", async (t) => {
    const { tidewire } = await startHost(t);
    const refused: readonly [() => Promise<unknown>, string][] = [
      [() => tidewire.publish("no spaces", 1), "invalid_channel"],
      [() => tidewire.publish("news", undefined), "invalid_field"],
      [() => tidewire.publish("news", "x".repeat(100_000)), "message_too_large"],
      [() => tidewire.publish("news", 1, { id: "" }), "invalid_field"],
      [() => tidewire.toUser("", 1), "invalid_field"],
      [() => tidewire.disconnect("ann", { code: 1000 }), "invalid_field"],
      [() => tidewire.ban("ann", { for: "soon" }), "invalid_field"],
      [() => tidewire.channels({ match: "**.x" }), "invalid_pattern"],
    ];
    for (const [call, code] of refused) {
      await assert.rejects(call, (error) => error instanceof TidewireError && error.code === code);
    }
  });

  test("compiles only with what the declaration says", async (t) => {
    const { tidewire } = await startHost<Channels>(t);
    async function neverRun(): Promise<void> {
      // @ts-expect-error a chat message has a text
      await tidewire.publish("chat.1", { txt: "" });
      // @ts-expect-error no declaration covers it
      await tidewire.publish("other", 1);
      // @ts-expect-error a note has a title
      await tidewire.toUser("ann", "note");
    }
    assert.equal(typeof neverRun, "function");
  });
});

describe("what a program hears", () => {
  test("is who comes, joins, publishes and goes, in this order", async (t) => {
    const host = await startHost(t, {
      settings: {
        channels: [{ match: "room.*", presence: true, publish: "anyone" }],
        sessions: { graceMs: 0 },
      },
    });
    const heard = hear(
      host.tidewire,
      "connection.opened",
      "connection.closed",
      "channel.occupied",
      "channel.vacated",
      "member.joined",
      "member.left",
      "message.published",
    );
    const ann = await connectAs(t, host, "ann", "room.1");
    for (let i = 0; i < 2; i++) {
      ann.send({ type: "publish", id: 7 + i, channel: "room.1", data: { text: "hi" }, messageId: "m1" });
      await ann.answer("published", 7 + i);
    }
    ann.socket.close(1000);
    await eventually("she is gone", () => heard.some(([name]) => name === "connection.closed"));
    const ofRoom = heard.filter(([, event]) => !("channel" in event) || event.channel === "room.1");
    assert.deepEqual(
      ofRoom.map(([name]) => name),
      [
        "connection.opened",
        "channel.occupied",
        "member.joined",
        "message.published",
        "member.left",
        "channel.vacated",
        "connection.closed",
      ],
    );
    const published = ofRoom.find(([name]) => name === "message.published")?.[1];
    const { epoch, connection, ...rest } = { epoch: "", connection: "", ...published };
    assert.ok(epoch !== "" && connection !== "");
    assert.deepEqual(rest, {
      channel: "room.1",
      user: "ann",
      offset: 1,
      messageId: "m1",
      data: { text: "hi" },
    });
  });

  test("ends when it does not want to hear any more", async (t) => {
    const host = await startHost(t);
    const heard: string[] = [];
    const off = host.tidewire.on("channel.occupied", ({ channel }) => heard.push(channel));
    await connectAs(t, host, "ann", "one");
    off();
    await connectAs(t, host, "ann", "two");
    assert.deepEqual(
      heard.filter((channel) => !channel.startsWith("@")),
      ["one"],
    );
  });

  test("harms nobody when hearing it fails, and the log says so", async (t) => {
    const host = await startHost(t);
    const heard: string[] = [];
    host.tidewire.on("channel.occupied", () => {
      throw new Error("a mistake");
    });
    host.tidewire.on("channel.occupied", () => Promise.reject(new Error("another one")));
    host.tidewire.on("channel.occupied", ({ channel }) => heard.push(channel));
    await connectAs(t, host, "ann", "news");
    await eventually("both are reported", () => host.logged("listener.failed").length >= 2);
    assert.ok(heard.includes("news"));
  });

  test("may be answered with calls, such as sending away whoever publishes", async (t) => {
    const host = await startHost(t, { settings: { channels: [{ match: "chat", publish: "anyone" }] } });
    host.tidewire.on("message.published", ({ user = "" }) =>
      host.tidewire.disconnect(user, { reason: "no" }),
    );
    const ann = await connectAs(t, host, "ann", "chat");
    ann.send({ type: "publish", channel: "chat", data: 1 });
    assert.deepEqual(await ann.closed, { code: 4400, reason: "no" });
  });
});
