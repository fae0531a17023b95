import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Push } from "@tidewire/protocol";
import { FollowedChannels } from "../../src/cli/subscribe/followed-channels.ts";

function message(offset: number, epoch = "k3", channel = "news"): Push {
  const from = { api: true } as const;
  return { type: "message", channel, epoch, offset, id: `m${offset}`, time: 1, from, data: 1 };
}

function subscribed(deliver: "all" | "latest" = "all"): Push {
  return { type: "subscribed", channel: "news", epoch: "k3", offset: 57, recovered: false, deliver };
}

describe("the channels that a tail follows", () => {
  it("go on at the head when nothing else was asked for", () => {
    const channels = new FollowedChannels(["news"], undefined);
    assert.deepEqual(channels.subscriptions, { news: {} });
    channels.take(subscribed());
    assert.deepEqual(channels.subscriptions, { news: { since: { epoch: "k3", offset: 57 } } });
  });

  it("stay at the start that was asked for until something moves them", () => {
    const channels = new FollowedChannels(["news"], "earliest");
    channels.take(subscribed());
    assert.deepEqual(channels.subscriptions, { news: { since: "earliest" } });
    assert.equal(channels.take(message(1)), true);
    assert.deepEqual(channels.subscriptions, { news: { since: { epoch: "k3", offset: 1 } } });
  });

  it("move behind messages, gaps and positions, and show no message twice", () => {
    const channels = new FollowedChannels(["news"], { epoch: "k3", offset: 4 });
    assert.equal(channels.take(message(5)), true);
    assert.equal(channels.take(message(5)), false);
    channels.take({ type: "gap", channel: "news", epoch: "k3", from: 6, to: 9, reason: "expired" });
    assert.equal(channels.take(message(9)), false);
    channels.take({ type: "position", channel: "news", epoch: "k4", offset: 12 });
    assert.deepEqual(channels.subscriptions, { news: { since: { epoch: "k4", offset: 12 } } });
    assert.equal(channels.take(message(13, "k4")), true);
  });

  it("take an older value for a new one where only the latest of each key is delivered", () => {
    const channels = new FollowedChannels(["news"], undefined);
    channels.take(subscribed("latest"));
    channels.take(message(60));
    assert.equal(channels.take(message(58)), true);
    assert.deepEqual(channels.subscriptions, { news: { since: { epoch: "k3", offset: 60 } } });
  });

  it("show what has no offset, and broadcasts", () => {
    const channels = new FollowedChannels(["news"], undefined);
    const bare = { type: "message", id: "m", time: 1, from: { api: true }, data: 1 } as const;
    assert.equal(channels.take({ ...bare, channel: "news" }), true);
    assert.equal(channels.take({ ...bare, channel: "*" }), true);
    assert.deepEqual(channels.subscriptions, { news: {} });
  });

  it("come back to a pattern with its time and the positions of what it brought", () => {
    const channels = new FollowedChannels(["stock.*", "news"], undefined);
    assert.deepEqual(channels.subscriptions, { news: {}, "stock.*": {} });
    channels.take({ type: "subscribed", channel: "stock.*", time: 1700, recovered: false, deliver: "all" });
    channels.take(subscribed());
    assert.equal(channels.take(message(7, "k3", "stock.AAPL")), true);
    assert.deepEqual(channels.subscriptions, {
      news: { since: { epoch: "k3", offset: 57 } },
      "stock.*": { since: { time: 1700, positions: { "stock.AAPL": { epoch: "k3", offset: 7 } } } },
    });
    channels.leave("stock.*");
    assert.equal(channels.size, 1);
  });

  it("begin a pattern with everything stored when that was asked for", () => {
    const channels = new FollowedChannels(["stock.*"], "earliest");
    assert.deepEqual(channels.subscriptions, { "stock.*": { since: { time: 0, positions: {} } } });
  });
});
