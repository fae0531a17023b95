import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ChannelOptions } from "../../src/config/channel-options.ts";
import { ANONYMOUS } from "../../src/core/identity.ts";
import type { Publisher } from "../../src/core/message.ts";
import { CoreWorld, HISTORY } from "../support/core-world.ts";
import { FakeOutbox, lineEncoding } from "../support/fake-outbox.ts";

const CHANNEL = "room";
const WINDOW_MS = 200;
const TICK_MS = 100;

/** A room with viewers that take all they are sent. */
class Room {
  readonly world: CoreWorld;
  readonly #encoding = lineEncoding();
  published = 0;

  #options: Partial<ChannelOptions>;

  constructor(options: Partial<ChannelOptions> = {}) {
    this.#options = { deliver: "budget", budget: 20, windowMs: WINDOW_MS, ...options };
    this.world = new CoreWorld(() => this.#options);
  }

  /** Changes the rule, as a reload does. */
  async change(options: Partial<ChannelOptions>): Promise<void> {
    this.#options = { ...this.#options, ...options };
    this.world.forgetOptions();
    this.world.hub.reconfigure();
    await this.world.settle();
  }

  async open(user: string | null = null, limitBytes = Infinity) {
    const outbox = new FakeOutbox(this.#encoding, limitBytes, limitBytes);
    const identity = { ...ANONYMOUS, user };
    const session = this.world.connect(outbox, {
      identity,
      subscriptions: [{ channel: CHANNEL, since: undefined }],
    });
    await this.world.settle();
    outbox.drain();
    const messages = () => outbox.drain().filter((push) => push.type === "message");
    return { outbox, session, messages };
  }

  async publish(
    count: number,
    from: Publisher = { kind: "api" },
    priority: "high" | null = null,
    key: string | null = null,
  ): Promise<void> {
    const rest = {
      channel: CHANNEL,
      id: null,
      key,
      exclude: null,
      priority,
      from,
      door: "http",
    } as const;
    for (let index = 0; index < count; index += 1) {
      this.published += 1;
      await this.world.publishing.publish({ ...rest, dataJson: String(this.published) });
    }
  }

  async wait(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      this.world.clock.advance(TICK_MS);
      this.world.wheel.advance();
      await this.world.settle();
    }
  }
}

function writer(user: string): Publisher {
  return { kind: "client", user, connection: `of ${user}` };
}

describe("a channel with a budget", () => {
  test("is not slower than others while little is said", async () => {
    const room = new Room();
    const viewer = await room.open();
    for (const number of [1, 2, 3]) {
      await room.publish(1);
      await room.world.settle();
      assert.deepEqual(
        viewer.messages().map(({ data }) => data),
        [number],
      );
      await room.wait(WINDOW_MS);
    }
  });

  test("gives all viewers the very same bytes, one piece for each window", async () => {
    const room = new Room();
    const viewers = [await room.open(), await room.open("ann"), await room.open()];
    const written: Uint8Array[] = [];
    for (const { outbox } of viewers) outbox.write = (bytes) => void written.push(bytes);
    await room.publish(1);
    await room.wait(2 * WINDOW_MS);
    written.length = 0;
    for (let window = 0; window < 5; window += 1) {
      await room.publish(50);
      await room.wait(WINDOW_MS);
    }
    assert.equal(written.length, 5 * viewers.length);
    assert.equal(new Set(written).size, 5);
  });

  test("when a flood ends its last message comes, and nothing is left to be told", async () => {
    const room = new Room({ budget: 1 });
    const viewer = await room.open();
    await room.publish(100);
    await room.wait(3000);
    const heard = viewer.messages();
    const dropped = heard.reduce((sum, message) => sum + (message.dropped ?? 0), 0);
    assert.equal(heard.at(-1)?.data, 100);
    assert.equal(heard.length + dropped, 100);
  });

  test("a sender that floods it does not crowd out the others", async () => {
    const room = new Room();
    const viewer = await room.open();
    await room.publish(1);
    await room.wait(WINDOW_MS);
    for (const user of ["ann", "bob"]) {
      await room.publish(200, writer("flood"));
      await room.publish(1, writer(user));
      await room.publish(200, writer("flood"));
    }
    await room.wait(WINDOW_MS);
    const users = viewer.messages().map(({ from }) => ("user" in from ? from.user : null));
    assert.ok(users.includes("ann") && users.includes("bob"), users.join());
  });

  test("what somebody wrote comes to all of their own connections, and to the others by chance", async () => {
    const room = new Room({ budget: 5 });
    const phone = await room.open("ann");
    const laptop = await room.open("ann");
    const other = await room.open("bob");
    await room.publish(1);
    await room.wait(1000);
    for (const one of [phone, laptop, other]) one.messages();
    await room.publish(20, writer("ann"));
    await room.wait(2 * WINDOW_MS);
    assert.equal(phone.messages().length, 20);
    assert.equal(laptop.messages().length, 20);
    assert.equal(other.messages().length, 2, "one for each window");
  });

  test("messages of high priority use the budget before all others", async () => {
    const room = new Room();
    const viewer = await room.open();
    await room.publish(1);
    await room.wait(WINDOW_MS);
    viewer.messages();
    await room.publish(30);
    await room.publish(3, undefined, "high");
    await room.publish(30);
    await room.wait(WINDOW_MS);
    const heard = viewer.messages().map(({ data }) => Number(data));
    assert.equal(heard.length, 4, "as many as a window has in all");
    assert.deepEqual(
      heard.filter((number) => number > 31 && number <= 34),
      [32, 33, 34],
    );
  });

  test("who comes back gets the newest, what has priority, and is told of the rest", async () => {
    const room = new Room({ budget: 5, history: HISTORY });
    await room.open();
    await room.publish(100);
    await room.publish(1, undefined, "high");
    await room.publish(99);
    const outbox = new FakeOutbox(lineEncoding());
    const since = { epoch: room.world.streams.epoch, offset: 20 };
    room.world.connect(outbox, { subscriptions: [{ channel: CHANNEL, since }] });
    await room.world.settle();
    const pushes = outbox.drain();
    const heard = pushes.flatMap((push) => (push.type === "message" ? [[push.offset, push.dropped]] : []));
    assert.deepEqual(heard, [
      [101, 80],
      [196, 94],
      [197, undefined],
      [198, undefined],
      [199, undefined],
      [200, undefined],
    ]);
    assert.equal(pushes.find((push) => push.type === "position")?.offset, 200);
  });

  test("who comes back after thousands of messages costs one page", async () => {
    const room = new Room({ budget: 5, history: { ...HISTORY, messages: 10_000 } });
    await room.open();
    await room.publish(3000);
    const { reads } = room.world.streams;
    const outbox = new FakeOutbox(lineEncoding());
    room.world.connect(outbox, { subscriptions: [{ channel: CHANNEL, since: "earliest" }] });
    await room.world.settle();
    const heard = outbox
      .drain()
      .flatMap((push) => (push.type === "message" ? [[push.offset, push.dropped]] : []));
    assert.deepEqual(heard[0], [2996, 2995]);
    assert.equal(room.world.streams.reads, reads + 1);
  });

  test("one without room costs nothing while nothing must reach it, and then reads from there on", async () => {
    const room = new Room({ budget: 5, history: HISTORY });
    const slow = await room.open(null, 300);
    for (let window = 0; window < 20; window += 1) {
      await room.publish(10);
      await room.wait(WINDOW_MS);
    }
    assert.equal(room.world.streams.reads, 0);
    assert.ok(slow.outbox.peakBytes < 1200, `${slow.outbox.peakBytes} bytes wait`);
    await room.publish(1, undefined, "high");
    await room.publish(10);
    await room.wait(WINDOW_MS);
    assert.ok(room.world.hit.includes("outbox"));
    const before = slow.messages();
    room.world.catchUp.drained(slow.session);
    await room.world.settle();
    const after = slow.messages();
    assert.ok(after.some(({ data }) => data === 201));
    const all = [...before, ...after];
    const dropped = all.reduce((sum, message) => sum + (message.dropped ?? 0), 0);
    assert.equal(all.length + dropped, room.published);
  });

  for (const history of [null, HISTORY]) {
    test(`what waits in its window is a latest value when the rule becomes that, ${history === null ? "without" : "with"} history`, async () => {
      const room = new Room({ history });
      const viewer = await room.open();
      await room.publish(1, undefined, null, "ACME");
      await room.world.settle();
      await room.publish(1, undefined, null, "WIDG");
      await room.publish(1, undefined, null, "ACME");
      await room.change({ deliver: "latest" });
      await room.wait(1000);
      const [first, ...rest] = viewer.messages().map(({ key, data }) => [key, data] as const);
      assert.deepEqual(first, ["ACME", 1]);
      assert.equal(rest.length, 2);
      const expected = { ACME: 3, WIDG: 2 };
      assert.deepEqual(new Map(rest), new Map(Object.entries(expected)));
    });
  }

  test("nothing waits and no timer runs in a room without viewers", async () => {
    const room = new Room();
    const viewer = await room.open();
    await room.publish(50);
    await room.world.settle();
    room.world.subscribing.unsubscribe(viewer.session, CHANNEL, null, null);
    assert.equal(room.world.wheel.size, 0);
  });
});
