import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ChannelRules } from "../../src/config/channel-rules.ts";
import { configOf } from "../support/config.ts";

const DAY_MS = 86_400_000;

function rulesOf(channels: readonly unknown[], settings: object = {}): ChannelRules {
  return new ChannelRules(configOf({ ...settings, channels }));
}

/** Which rule decided an option, as `explain` tells it. */
function sourceOf(rules: ChannelRules, channel: string, option: string): string {
  const explained = rules.explain(channel).find((entry) => entry.option === option);
  assert.ok(explained, `${option} of ${channel} is explained`);
  const { source } = explained;
  if (source.kind === "default") return "default";
  return source.kind === "built-in" ? source.name : `channels[${source.index}]`;
}

describe("the options of a channel", () => {
  it("are the defaults when no rule matches", () => {
    assert.deepEqual(rulesOf([{ match: "chat.**", presence: true }]).resolve("news"), {
      history: { messages: 10_000, ttlMs: DAY_MS, bytes: 16 * 1024 * 1024, durable: "disk" },
      presence: false,
      presenceList: 200,
      subscribe: "users",
      publish: "server",
      deliver: "all",
      budget: 20,
      windowMs: 0,
      maxRate: 10,
      rateLimit: null,
      messageBytes: 65_536,
      clientPriority: false,
      patterns: false,
    });
  });

  it("keep 1000 messages by default when they are kept in memory, and none durably", () => {
    const { history } = rulesOf([], { engine: "memory" }).resolve("news");
    assert.equal(history?.messages, 1000);
    assert.equal(history.durable, false);
  });

  it("come from every rule that matches, later ones overriding key by key", () => {
    const rules = rulesOf([
      { match: "**", presence: true, publish: "users" },
      { match: "chat.**", publish: "anyone", rateLimit: { count: 10, per: "1s" } },
      { match: "chat.secret", subscribe: "token" },
    ]);
    const { presence, publish, rateLimit, subscribe } = rules.resolve("chat.secret");
    assert.deepEqual(
      { presence, publish, rateLimit, subscribe },
      { presence: true, publish: "anyone", rateLimit: { count: 10, perMs: 1000 }, subscribe: "token" },
    );
    assert.equal(rules.resolve("chat.open").subscribe, "users", "a rule changes nothing elsewhere");
    assert.equal(rules.resolve("news").publish, "users");
  });

  it("override nested keys singly", () => {
    const rules = rulesOf([
      { match: "**", history: { messages: 50, ttl: "1h" } },
      { match: "chat.**", history: { ttl: "10m", durable: "process" } },
    ]);
    assert.deepEqual(rules.resolve("chat.1").history, {
      messages: 50,
      ttlMs: 600_000,
      bytes: 16 * 1024 * 1024,
      durable: "process",
    });
  });

  it("have no history when a rule turns it off, until a later one sets something in it", () => {
    const rules = rulesOf([
      { match: "**", history: { messages: 50 } },
      { match: "tick.**", history: "off" },
      { match: "tick.slow.**", history: { ttl: "1h" } },
      { match: "tick.kept.**", history: "on" },
    ]);
    assert.equal(rules.resolve("tick.1").history, null);
    assert.equal(rules.resolve("tick.slow.1").history?.messages, 50, "what was set before it was off");
    assert.equal(rules.resolve("tick.kept.1").history?.messages, 50);
  });

  it("lift a rate limit when a later rule says off", () => {
    const rules = rulesOf([
      { match: "**", rateLimit: { count: 1, per: "1s" } },
      { match: "free", rateLimit: "off" },
    ]);
    assert.equal(rules.resolve("free").rateLimit, null);
  });

  it("are one object for all channels that the same rules match", () => {
    const rules = rulesOf([{ match: "chat.**", presence: true }]);
    assert.equal(rules.resolve("chat.1"), rules.resolve("chat.2"));
    assert.notEqual(rules.resolve("chat.1"), rules.resolve("news"));
  });

  it("are found again after more channels than are remembered", () => {
    const rules = rulesOf([{ match: "chat.**", presence: true }]);
    const before = rules.resolve("chat.1");
    for (let n = 0; n < 25_000; n++) rules.resolve(`made-up.${n}`);
    assert.equal(rules.resolve("chat.1"), before);
  });
});

describe("the options of an inbox", () => {
  it("let nobody but the server publish, whatever a rule for all channels says", () => {
    const rules = rulesOf([{ match: "**", publish: "anyone", subscribe: "anyone", presence: true }], {
      demos: false,
    });
    const { publish, subscribe, presence, history } = rules.resolve("@u1");
    assert.deepEqual(
      { publish, subscribe, presence },
      { publish: "server", subscribe: "users", presence: true },
    );
    assert.equal(history?.durable, "disk", "an inbox loses nothing");
  });

  it("let others publish when a rule names inboxes", () => {
    const rules = rulesOf([
      { match: "@*", publish: "users" },
      { match: "@support", publish: "anyone" },
    ]);
    assert.equal(rules.resolve("@u1").publish, "users");
    assert.equal(rules.resolve("@support").publish, "anyone");
  });
});

describe("the demo's rules", () => {
  it("give the chat rooms presence and a history", () => {
    const rules = rulesOf([]);
    const { presence, history } = rules.resolve("demo.chat.lobby");
    assert.equal(presence, true);
    assert.equal(history?.messages, 1000);
    assert.equal(sourceOf(rules, "demo.chat.lobby", "presence"), "built-in demo rule");
    assert.equal(rules.resolve("demo.other").presence, false);
  });

  it("keep what the lock screen laboratory publishes in memory, and not for long", () => {
    const { history } = rulesOf([]).resolve("demo.lockscreen.x1");
    assert.deepEqual([history?.durable, history?.messages, history?.ttlMs], [false, 3000, 600_000]);
  });

  it("give the rooms with comments over a video a budget and a cooldown, and their backend's channels neither", () => {
    const rules = rulesOf([]);
    const room = rules.resolve("demo.danmaku.harbour");
    assert.deepEqual([room.deliver, room.budget, room.rateLimit], ["budget", 10, { count: 1, perMs: 3000 }]);
    const status = rules.resolve("demo.danmaku.backend.status");
    assert.deepEqual([status.deliver, status.rateLimit, status.presence], ["all", null, true]);
  });

  it("let people of the chat write to each other in open mode", () => {
    assert.equal(rulesOf([]).resolve("@u1").publish, "users");
  });

  it("can be overridden, and turned off", () => {
    const overriding = rulesOf([{ match: "demo.chat.**", presence: false }]);
    assert.equal(overriding.resolve("demo.chat.lobby").presence, false);
    assert.equal(sourceOf(overriding, "demo.chat.lobby", "presence"), "channels[0]");
    const without = rulesOf([], { demos: false });
    assert.equal(without.resolve("demo.chat.lobby").presence, false);
    assert.equal(without.resolve("@u1").publish, "server");
  });
});

describe("the explanation of a channel", () => {
  it("names each option, its value as a file would say it, and the rule that decided it", () => {
    const rules = rulesOf([
      { match: "**", history: { ttl: "1h" } },
      { match: "chat.*", history: { messages: 7 }, rateLimit: { count: 5, per: "2s" } },
    ]);
    const explained = rules.explain("chat.1").map(({ option, value }) => `${option}: ${value}`);
    assert.deepEqual(explained, [
      "history: on",
      "history.messages: 7",
      "history.ttl: 1h",
      "history.bytes: 16MB",
      "history.durable: disk",
      "presence: false",
      "subscribe: users",
      "publish: server",
      "deliver: all",
      "rateLimit: { count: 5, per: 2s }",
      "messageSize: 64KB",
      "clientPriority: false",
      "patterns: false",
    ]);
    assert.equal(sourceOf(rules, "chat.1", "history.ttl"), "channels[0]");
    assert.equal(sourceOf(rules, "chat.1", "history.messages"), "channels[1]");
    assert.equal(sourceOf(rules, "chat.1", "history.bytes"), "default");
    assert.equal(sourceOf(rules, "@u1", "subscribe"), "built-in inbox rule");
  });

  it("says nothing of a rule whose keys do not count on an inbox", () => {
    const rules = rulesOf([{ match: "**", publish: "anyone" }], { demos: false });
    assert.equal(sourceOf(rules, "@u1", "publish"), "built-in inbox rule");
    assert.equal(sourceOf(rules, "news", "publish"), "channels[0]");
  });

  it("leaves out the details of a history that is off", () => {
    const options = rulesOf([{ match: "tick", history: "off" }])
      .explain("tick")
      .map(({ option }) => option);
    assert.ok(options.includes("history"));
    assert.ok(!options.includes("history.ttl"));
  });
});
