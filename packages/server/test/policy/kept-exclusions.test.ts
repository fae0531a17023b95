import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MemoryControl } from "../../src/broker/memory/memory-control.ts";
import type { Control } from "../../src/core/control.ts";
import { ANONYMOUS } from "../../src/core/identity.ts";
import { KeptExclusions } from "../../src/policy/kept-exclusions.ts";
import { FakeClock } from "../support/fake-clock.ts";

const HOUR_MS = 3_600_000;

class Setting {
  readonly clock = new FakeClock(1000);
  readonly control = new MemoryControl();
  readonly maxPerKind: number;
  exclusions: KeptExclusions;

  constructor(maxPerKind = 100) {
    this.maxPerKind = maxPerKind;
    this.exclusions = this.#make([]);
  }

  #make(kept: Awaited<ReturnType<Control["load"]>>): KeptExclusions {
    const { clock, control, maxPerKind } = this;
    return new KeptExclusions({ clock, control, maxPerKind, hash: (id) => `hash-${id}` }, kept);
  }

  async restart(): Promise<void> {
    await this.exclusions.kept();
    this.exclusions = this.#make(await this.control.load());
  }

  refuses(user: string | null, sessionId: string | null = null): string | undefined {
    return this.exclusions.refusalOf({ ...ANONYMOUS, user }, sessionId)?.code;
  }
}

describe("a ban", () => {
  it("holds until its time is over", () => {
    const { exclusions, clock } = new Setting();
    assert.equal(exclusions.ban("u1", 600, "spam"), true);
    const { reason, sinceMs, untilMs } = exclusions.banOf("u1") ?? {};
    assert.deepEqual([reason, sinceMs, untilMs], ["spam", 1000, 1600]);
    assert.equal(exclusions.refusalOf({ ...ANONYMOUS, user: "u1" }, null)?.message, "spam");
    assert.equal(exclusions.banOf("u2"), undefined);
    clock.advance(599);
    assert.ok(exclusions.banOf("u1"), "a millisecond is left");
    clock.advance(1);
    assert.equal(exclusions.refusalOf({ ...ANONYMOUS, user: "u1" }, null), null);
    assert.equal(exclusions.unban("u1"), false, "there is nothing to lift");
  });

  it("holds for good without a time, until it is lifted", () => {
    const { exclusions, clock } = new Setting();
    exclusions.ban("u1", null, "spam");
    clock.advance(1e12);
    assert.equal(exclusions.banOf("u1")?.untilMs, null);
    assert.equal(exclusions.unban("u1"), true);
    assert.equal(exclusions.refusalOf({ ...ANONYMOUS, user: "u1" }, null), null);
  });

  it("replaces an earlier one, also by a shorter one", () => {
    const { exclusions } = new Setting();
    exclusions.ban("u1", null, "first");
    exclusions.ban("u1", 10, "second");
    assert.deepEqual(exclusions.banOf("u1")?.untilMs, 1010);
  });

  it("is refused rather than another one lifted, when there are too many", () => {
    const { exclusions, clock } = new Setting(2);
    exclusions.ban("u1", null, "");
    exclusions.ban("u2", 10, "");
    assert.equal(exclusions.ban("u3", null, ""), false);
    assert.equal(exclusions.ban("u2", 20, "again"), true, "it holds already");
    clock.advance(20);
    assert.equal(exclusions.ban("u3", null, ""), true, "one is over");
    assert.ok(exclusions.banOf("u1"));
    assert.equal(exclusions.banOf("u2"), undefined);
  });
});

describe("a killed session", () => {
  it("is refused for 24 hours from the last time it was killed, with the reason", () => {
    const setting = new Setting();
    const { exclusions, clock } = setting;
    exclusions.killSession("s1", "first");
    exclusions.killSession("s2", "");
    clock.advance(23 * HOUR_MS);
    exclusions.killSession("s1", "second");
    clock.advance(HOUR_MS);
    assert.equal(setting.refuses(null, "s2"), undefined);
    assert.equal(exclusions.refusalOf(ANONYMOUS, "s1")?.message, "second");
    clock.advance(23 * HOUR_MS);
    assert.equal(setting.refuses(null, "s1"), undefined);
  });

  it("makes room for new ones by the oldest, in the store too", async () => {
    const setting = new Setting(2);
    for (const session of ["s1", "s2", "s3"]) setting.exclusions.killSession(session, "");
    await setting.exclusions.kept();
    const expected = [undefined, "session_refused", "session_refused"];
    assert.deepEqual(
      ["s1", "s2", "s3"].map((session) => setting.refuses(null, session)),
      expected,
    );
    assert.equal((await setting.control.load()).length, 2);
  });
});

describe("revoked tokens", () => {
  const token = { ...ANONYMOUS, user: "ann", device: "phone", authenticated: true };

  it("are those issued until then, and those that do not say when", () => {
    const { exclusions, clock } = new Setting();
    assert.equal(exclusions.revokeTokens("ann", null, "stolen"), true);
    const issued = (issuedAtMs: number | null) => exclusions.refusalOf({ ...token, issuedAtMs }, null);
    assert.equal(issued(999)?.code, "session_refused");
    assert.equal(issued(1000)?.message, "stolen");
    assert.equal(issued(null)?.message, "stolen");
    assert.equal(issued(1001), null);
    clock.advance(1e12);
    assert.ok(issued(1000), "nobody knows how long they live");
    assert.equal(exclusions.refusalOf({ ...token, user: "bob", issuedAtMs: 1 }, null), null);
  });

  it("of a device leave those of others alone", () => {
    const { exclusions } = new Setting();
    exclusions.revokeTokens("ann", "phone", "stolen");
    const on = (device: string | null) =>
      exclusions.refusalOf({ ...token, device, issuedAtMs: 1 }, null)?.code;
    assert.deepEqual([on("phone"), on("laptop"), on(null)], ["session_refused", undefined, undefined]);
    const claimed = { ...token, authenticated: false };
    assert.equal(exclusions.refusalOf(claimed, null), null, "in open mode there are no tokens");
  });

  it("are still revoked after a restart", async () => {
    const setting = new Setting();
    setting.exclusions.revokeTokens("ann", "phone", "stolen");
    await setting.restart();
    assert.equal(setting.exclusions.refusalOf({ ...token, issuedAtMs: 1 }, null)?.message, "stolen");
  });
});

describe("who is kept out", () => {
  it("is kept out after a restart, and only as long as before", async () => {
    const setting = new Setting();
    setting.exclusions.ban("ann", 600, "spam");
    setting.exclusions.ban("bob", null, "for good");
    setting.exclusions.killSession("s1", "out");
    await setting.restart();
    assert.deepEqual([setting.refuses("ann"), setting.refuses("bob")], ["banned", "banned"]);
    assert.equal(setting.refuses("eve", "s1"), "session_refused");
    setting.clock.advance(600);
    assert.equal(setting.refuses("ann"), undefined);
    assert.equal(setting.exclusions.unban("bob"), true);
    await setting.restart();
    assert.equal(setting.refuses("bob"), undefined);
  });

  it("is forgotten by the store, too, once the time is over", async () => {
    const setting = new Setting();
    setting.exclusions.ban("ann", 600, "spam");
    setting.exclusions.ban("bob", null, "spam");
    setting.exclusions.killSession("s1", "out");
    await setting.restart();
    setting.clock.advance(25 * HOUR_MS);
    setting.exclusions.sweep();
    assert.equal(await setting.exclusions.kept(), true);
    assert.deepEqual(
      (await setting.control.load()).map(({ subject }) => subject),
      ["bob"],
    );
  });

  it("is a secret no store is told: only the hash of a session is kept", async () => {
    const setting = new Setting();
    setting.exclusions.killSession("s1", "out");
    await setting.exclusions.kept();
    assert.deepEqual(
      (await setting.control.load()).map(({ subject }) => subject),
      ["hash-s1"],
    );
  });

  it("holds at once, and is known to be kept only when the store says so", async () => {
    let answer = (_kept: boolean): void => {};
    const writes: number[] = [];
    const control: Control = {
      load: async () => [],
      write: async (changes) => {
        writes.push(changes.length);
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    };
    const exclusions = new KeptExclusions({ clock: new FakeClock(), control, hash: (id) => id }, []);
    assert.equal(await exclusions.kept(), true, "nothing waits to be kept");
    exclusions.ban("ann", null, "spam");
    exclusions.killSession("s1", "spam");
    const kept = exclusions.kept();
    assert.equal(exclusions.refusalOf({ ...ANONYMOUS, user: "ann" }, null)?.code, "banned");
    await Promise.resolve();
    assert.deepEqual(writes, [2], "what belongs together is written together");
    answer(false);
    assert.equal(await kept, false);
    exclusions.unban("ann");
    const again = exclusions.kept();
    await Promise.resolve();
    assert.deepEqual(writes, [2, 2], "what was not kept is written again, as it is now");
    answer(true);
    assert.equal(await again, true);
    assert.equal(await exclusions.kept(), true, "nothing waits any more");
    exclusions.ban("ann", null, "spam");
    assert.equal(
      exclusions.refusalOf({ ...ANONYMOUS, user: "ann" }, null)?.code,
      "banned",
      "it holds, kept or not",
    );
  });
});
