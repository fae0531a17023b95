import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Push } from "@tidewire/protocol";
import { CoreWorld, HISTORY } from "../support/core-world.ts";
import { FakeOutbox, lineEncoding } from "../support/fake-outbox.ts";

const ENCODING = lineEncoding();

function types(pushes: readonly Push[]): readonly string[] {
  return pushes.map((push) =>
    "offset" in push && push.type === "message" ? `message ${push.offset}` : push.type,
  );
}

/** A world where `news` has this many messages, and a session that is not subscribed. */
async function setUp(
  messages = 0,
): Promise<{ world: CoreWorld; own: FakeOutbox; session: ReturnType<CoreWorld["connect"]> }> {
  const world = new CoreWorld((channel) => (channel === "off" ? { history: null } : {}));
  for (let index = 0; index < messages; index += 1) await world.publish("news", index);
  const own = new FakeOutbox(ENCODING, 1000, 500);
  const session = world.connect(own);
  own.drain();
  return { world, own, session };
}

describe("the start of a subscription", () => {
  test("without since it begins at the head, which subscribed tells", async () => {
    const { world, own, session } = await setUp(5);
    world.subscribing.subscribe(session, "news", undefined, 1);
    await world.settle();
    await world.publish("news", "new");
    await world.settle();
    const [subscribed, ...rest] = own.drain();
    assert.deepEqual(subscribed, {
      type: "subscribed",
      id: 1,
      channel: "news",
      epoch: "k1",
      offset: 5,
      recovered: false,
      deliver: "all",
    });
    assert.deepEqual(types(rest), ["message 6"]);
  });

  for (const [since, expected, recovered] of [
    ["earliest", ["message 1", "message 2", "message 3", "position"], true],
    [{ last: 2 }, ["message 2", "message 3", "position"], true],
    [{ last: 99 }, ["message 1", "message 2", "message 3", "position"], true],
    [{ epoch: "k1", offset: 2 }, ["message 3", "position"], true],
    [{ epoch: "k1", offset: 3 }, ["position"], true],
    [{ epoch: "k1", offset: 0 }, ["message 1", "message 2", "message 3", "position"], true],
    [{ epoch: "k1", offset: 9 }, ["gap", "position"], false],
    [{ epoch: "k0", offset: 2 }, ["gap", "message 1", "message 2", "message 3", "position"], false],
  ] as const) {
    test(`with since ${JSON.stringify(since)} gives ${expected.join(", ")}`, async () => {
      const { world, own, session } = await setUp(3);
      world.subscribing.subscribe(session, "news", since, null);
      await world.settle();
      const [subscribed, ...rest] = own.drain();
      assert.ok(subscribed?.type === "subscribed");
      assert.equal(subscribed.offset, 3, "subscribed tells the head");
      assert.equal(subscribed.recovered, recovered);
      assert.deepEqual(types(rest), expected);
    });
  }

  test("a position ahead of the head, or of an unknown epoch, gets a gap whose beginning cannot be known", async () => {
    const { world, own, session } = await setUp(3);
    world.subscribing.subscribe(session, "news", { epoch: "k0", offset: 2 }, null);
    await world.settle();
    const gap = own.drain().find(({ type }) => type === "gap");
    assert.deepEqual(gap, { type: "gap", channel: "news", epoch: "k1", from: null, to: 0, reason: "epoch" });
  });

  test("what is gone by then is told in a gap with range and reason, and recovered is false", async () => {
    const { world, own, session } = await setUp(5);
    world.streams.trim("news", 3);
    world.subscribing.subscribe(session, "news", { epoch: "k1", offset: 1 }, null);
    await world.settle();
    const [subscribed, gap, ...rest] = own.drain();
    assert.ok(subscribed?.type === "subscribed" && !subscribed.recovered);
    assert.deepEqual(gap, { type: "gap", channel: "news", epoch: "k1", from: 2, to: 3, reason: "limit" });
    assert.deepEqual(types(rest), ["message 4", "message 5", "position"]);
  });

  test("after a purge the gap says so, and epoch and head stay", async () => {
    const { world, own, session } = await setUp(5);
    const purged = await world.reading.purge("news");
    assert.deepEqual(purged, { ok: true, head: { epoch: "k1", offset: 5 } });
    world.subscribing.subscribe(session, "news", { epoch: "k1", offset: 1 }, null);
    await world.settle();
    assert.deepEqual(own.drain().slice(1), [
      { type: "gap", channel: "news", epoch: "k1", from: 2, to: 5, reason: "purged" },
      { type: "position", channel: "news", epoch: "k1", offset: 5 },
    ]);
  });

  test("without history since means nothing, and there are no offsets", async () => {
    const { world, own, session } = await setUp();
    world.subscribing.subscribe(session, "off", { epoch: "k1", offset: 9 }, null);
    await world.settle();
    await world.publish("off", 1);
    await world.settle();
    const [subscribed, message, ...rest] = own.drain();
    assert.deepEqual(subscribed, { type: "subscribed", channel: "off", recovered: false, deliver: "all" });
    assert.ok(message?.type === "message" && !("offset" in message) && !("epoch" in message));
    assert.deepEqual(rest, []);
  });

  test("messages that arrive while the channel is opening come after subscribed, once", async () => {
    const { world, own, session } = await setUp(2);
    world.subscribing.subscribe(session, "news", { epoch: "k1", offset: 1 }, null);
    await Promise.all([world.publish("news", "a"), world.publish("news", "b")]);
    await world.settle();
    assert.deepEqual(types(own.drain()), ["subscribed", "message 2", "message 3", "message 4", "position"]);
  });
});

describe("every request has its answer", () => {
  test("a subscribe that is ended before it took effect is answered, and so is the unsubscribe", async () => {
    const { world, own, session } = await setUp(3);
    world.subscribing.subscribe(session, "news", "earliest", 1);
    assert.equal(world.subscribing.unsubscribe(session, "news", 2, null), null);
    await world.settle();
    const [error, unsubscribed, ...rest] = own.drain();
    assert.ok(error?.type === "error" && error.id === 1 && error.channel === "news");
    assert.deepEqual(unsubscribed, { type: "unsubscribed", id: 2, channel: "news" });
    assert.deepEqual(rest, [], "nothing of the channel follows");
    assert.equal(world.hub.channelCount, 0);
  });

  test("subscribing again at once begins a subscription of its own", async () => {
    const { world, own, session } = await setUp(3);
    world.subscribing.subscribe(session, "news", "earliest", 1);
    world.subscribing.unsubscribe(session, "news", 2, null);
    world.subscribing.subscribe(session, "news", { last: 1 }, 3);
    await world.settle();
    assert.deepEqual(types(own.drain()), ["error", "unsubscribed", "subscribed", "message 3", "position"]);
  });

  test("a channel that cannot be opened is an error that may be tried again, for all who asked", async () => {
    const { world, own, session } = await setUp();
    world.streams.isAway = true;
    world.subscribing.subscribe(session, "news", undefined, 1);
    await world.settle();
    const [error] = own.drain();
    assert.ok(error?.type === "error" && error.code === "not_available" && error.retryable);
    assert.equal(world.hub.channelCount, 0, "and nothing of it is kept");
    world.streams.isAway = false;
    world.subscribing.subscribe(session, "news", undefined, 2);
    await world.settle();
    assert.equal(own.drain()[0]?.type, "subscribed");
  });

  test("whoever opens a channel at the moment its opening fails gets it opened anew, or the failure", async () => {
    const { world } = await setUp();
    world.streams.isAway = true;
    const attempts = [world.hub.open("news")];
    world.streams.isAway = false;
    // One attempt in every step of the failure's way.
    for (let step = 0; step < 20; step += 1) {
      attempts.push(world.hub.open("news"));
      await Promise.resolve();
    }
    const outcomes = await Promise.allSettled(attempts);
    const opened = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    assert.ok(opened.length > 0 && opened.length < attempts.length);
    for (const channel of opened) {
      assert.ok(channel.isOpen, "an unopened channel would swallow every message");
      assert.equal(world.hub.get("news"), channel);
    }
  });

  test("twice the same channel, too many channels and no channel name are refused", async () => {
    const { world, own, session } = await setUp();
    world.subscribing.subscribe(session, "news", undefined, 1);
    world.subscribing.subscribe(session, "news", undefined, 2);
    world.subscribing.subscribe(session, "a b", undefined, 3);
    for (let index = 0; index < 100; index += 1)
      world.subscribing.subscribe(session, `c${index}`, undefined, null);
    const errors = own.drain().map((push) => (push.type === "error" ? push.code : push.type));
    assert.deepEqual(errors, ["already_subscribed", "invalid_channel", "limit_exceeded"]);
    await world.settle();
  });
});

describe("reading on while things change", () => {
  test("unsubscribing while a page is being read sends nothing of it", async () => {
    const { world, own, session } = await setUp(5);
    world.streams.holdsReads = true;
    world.subscribing.subscribe(session, "news", "earliest", null);
    await world.settle();
    world.subscribing.unsubscribe(session, "news", null, null);
    world.streams.answerRead();
    await world.settle();
    assert.deepEqual(types(own.drain()), ["subscribed", "unsubscribed"]);
    assert.equal(world.hub.channelCount, 0);
  });

  test("a page read before a purge does not bring back what was deleted", async () => {
    const { world, own, session } = await setUp(5);
    world.streams.holdsReads = true;
    world.subscribing.subscribe(session, "news", "earliest", null);
    await world.settle();
    await world.reading.purge("news");
    world.streams.answerRead();
    world.streams.holdsReads = false;
    await world.settle();
    own.drain();
    const late = new FakeOutbox(ENCODING);
    world.connect(late, { subscriptions: [{ channel: "news", since: { epoch: "k1", offset: 0 } }] });
    await world.settle();
    assert.deepEqual(types(late.drain()), ["connected", "subscribed", "gap", "position"]);
  });

  test("a store that is away is asked again, and nothing is skipped meanwhile", async () => {
    const { world, own, session } = await setUp(3);
    world.subscribing.subscribe(session, "news", undefined, null);
    await world.settle();
    own.drain();
    world.streams.holdsReads = true;
    const late = new FakeOutbox(ENCODING);
    world.connect(late, { subscriptions: [{ channel: "news", since: "earliest" }] });
    await world.settle();
    world.streams.failRead();
    await world.publish("news", "meanwhile");
    await world.settle();
    assert.deepEqual(types(late.drain()), ["connected", "subscribed"]);
    world.streams.holdsReads = false;
    world.catchUp.retry();
    await world.settle();
    assert.deepEqual(types(late.drain()), ["message 1", "message 2", "message 3", "message 4", "position"]);
  });

  test("a bug while a page is read is reported, and the page is asked for again", async () => {
    const { world } = await setUp(2);
    const late = new FakeOutbox(ENCODING);
    const bug = new TypeError("of nothing");
    const read = world.streams.read.bind(world.streams);
    world.streams.read = () => Promise.reject(bug);
    world.connect(late, { subscriptions: [{ channel: "news", since: "earliest" }] });
    await world.settle();
    assert.deepEqual(world.reported, [bug]);
    world.streams.read = read;
    world.catchUp.retry();
    await world.settle();
    assert.deepEqual(types(late.drain()).slice(2), ["message 1", "message 2", "position"]);
  });

  test("equal pages that many ask for at once are read once", async () => {
    const { world } = await setUp(5);
    const many = Array.from({ length: 50 }, () => new FakeOutbox(ENCODING));
    for (const one of many) world.connect(one, { subscriptions: [{ channel: "news", since: "earliest" }] });
    await world.settle();
    for (const one of many) assert.equal(one.drain().length, 8, "connected, subscribed, five, position");
    assert.equal(world.streams.reads, 1);
  });

  test("sessions with several channels behind take turns between them", async () => {
    const world = new CoreWorld(() => ({ history: HISTORY }));
    world.streams.pageMessages = 1;
    for (const channel of ["a", "b"]) {
      await world.publish(channel, 1);
      await world.publish(channel, 2);
    }
    const own = new FakeOutbox(ENCODING);
    const since = "earliest" as const;
    world.connect(own, {
      subscriptions: [
        { channel: "a", since },
        { channel: "b", since },
      ],
    });
    await world.settle();
    const order = own.drain().flatMap((push) => (push.type === "message" ? [push.channel] : []));
    assert.deepEqual(order, ["a", "b", "a", "b"]);
  });
});

describe("a slow socket", () => {
  test("with history it is moved to catching up, and gets everything in order when it reads again", async () => {
    const { world, own, session } = await setUp();
    world.subscribing.subscribe(session, "news", undefined, null);
    await world.settle();
    for (let index = 1; index <= 40; index += 1) {
      await world.publish("news", `message number ${index}`);
      await world.settle();
    }
    assert.ok(own.peakBytes < 1500, `${own.peakBytes} bytes wait, 1000 are the limit`);
    const heard: Push[] = [];
    while (own.pendingBytes > 0) {
      heard.push(...own.drain());
      world.catchUp.drained(session);
      await world.settle();
    }
    const offsets = heard.flatMap((push) => (push.type === "message" ? [push.offset] : []));
    assert.deepEqual(
      offsets,
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    assert.equal(heard.at(-1)?.type, "position");
  });

  test("without history it loses messages, and the next one tells how many", async () => {
    const { world, own, session } = await setUp();
    world.subscribing.subscribe(session, "off", undefined, null);
    await world.settle();
    for (let index = 1; index <= 40; index += 1) {
      await world.publish("off", `message number ${index}`);
      await world.settle();
    }
    const before = own.drain().filter(({ type }) => type === "message").length;
    world.catchUp.drained(session);
    await world.publish("off", "next");
    await world.publish("off", "and next");
    await world.settle();
    const after = own.drain();
    assert.deepEqual(
      after.map((push) => (push.type === "message" ? (push.dropped ?? 0) : push.type)),
      [40 - before, 0],
    );
  });

  test("that missed joins and leaves gets the whole list once there is room", async () => {
    const world = new CoreWorld(() => ({ presence: true }));
    const own = new FakeOutbox(ENCODING, 1000, 500);
    const session = world.connect(own, { subscriptions: [{ channel: "room" }] });
    await world.settle();
    own.drain();
    own.write(Buffer.alloc(2000, 0x0a));
    const other = new FakeOutbox(ENCODING);
    const guest = world.connect(other, { subscriptions: [{ channel: "room" }] });
    await world.settle();
    assert.deepEqual(own.drain(), [], "the join found no room");
    world.catchUp.drained(session);
    const [presence, ...rest] = own.drain();
    assert.ok(presence?.type === "presence" && !("id" in presence));
    assert.deepEqual(
      presence.members.map(({ connection }) => connection).toSorted(),
      [guest.connection, session.connection].toSorted(),
    );
    assert.deepEqual(rest, []);
    world.sessions.detach(guest, other, 1000);
    await world.settle();
    assert.deepEqual(types(own.drain()), ["leave"], "from here on joins and leaves go on");
  });
});

describe("messages that are not for everybody", () => {
  test("exclude leaves one session out, live and later, and position tells it where it is", async () => {
    const { world, own, session } = await setUp();
    world.subscribing.subscribe(session, "news", undefined, null);
    await world.settle();
    await world.publish("news", 1);
    await world.publish("news", 2, session.connection);
    await world.settle();
    assert.deepEqual(types(own.drain()), ["subscribed", "message 1"]);
    world.catchUp.reportTails(session);
    assert.deepEqual(own.drain(), [{ type: "position", channel: "news", epoch: "k1", offset: 2 }]);
    world.catchUp.reportTails(session);
    assert.deepEqual(own.drain(), [], "once is enough");
    const again = new FakeOutbox(ENCODING);
    world.connect(again, { sessionId: session.id, subscriptions: [{ channel: "news", since: "earliest" }] });
    await world.settle();
    assert.deepEqual(types(again.drain()), ["connected", "subscribed", "message 1", "position"]);
  });

  test("a page of history on which everything is for others is passed over", async () => {
    const { world } = await setUp();
    for (let index = 0; index < 5; index += 1) await world.publish("news", index, "me");
    await world.publish("news", "mine");
    const request = { channel: "news", since: undefined, limit: 2, order: "asc", reader: "me" } as const;
    const page = await world.reading.history(request);
    assert.ok(page.ok);
    assert.deepEqual(
      page.messages.map(({ offset }) => offset),
      [6],
      "an empty page with more to come would have no position to go on from",
    );
    assert.equal(page.more, false);
  });
});

describe("a report that was missed", () => {
  test("shows as a jump, and is read from the stream before what follows it", async () => {
    const { world, own, session } = await setUp(1);
    world.subscribing.subscribe(session, "news", undefined, null);
    await world.settle();
    world.streams.reports = false;
    await world.publish("news", "missed");
    world.streams.reports = true;
    await world.publish("news", "reported");
    await world.settle();
    assert.deepEqual(types(own.drain()), ["subscribed", "message 2", "message 3", "position"]);
  });

  test("and one that comes twice is delivered once", async () => {
    const { world, own, session } = await setUp(1);
    world.subscribing.subscribe(session, "news", undefined, null);
    await world.settle();
    await world.publish("news", "once");
    const message = world.streams.messageAt("news", 2);
    assert.ok(message !== undefined);
    world.hub.receive([message]);
    await world.settle();
    world.hub.receive([message]);
    await world.settle();
    assert.deepEqual(types(own.drain()), ["subscribed", "message 2"]);
  });
});
