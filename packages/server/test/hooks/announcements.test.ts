import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Announcements } from "../../src/hooks/tell/announcements.ts";
import { FakeClock } from "../support/fake-clock.ts";

const GRACE_MS = 5000;

interface Telling {
  readonly subject: string;
  readonly isThere: boolean;
  readonly settle: (kept: boolean) => void;
}

/** Announcements whose telling ends when the test says so; `told` is what was kept, in its order. */
class Setting {
  readonly clock = new FakeClock();
  readonly told: string[] = [];
  readonly waiting: Telling[] = [];
  readonly announcements: Announcements;

  constructor() {
    this.announcements = new Announcements({
      clock: this.clock,
      graceMs: GRACE_MS,
      restartGraceMs: 3 * GRACE_MS,
      tell: (subject, isThere) =>
        new Promise((settle) => {
          this.waiting.push({ subject, isThere, settle });
        }),
    });
  }

  async settle(kept = true): Promise<void> {
    for (const { subject, isThere, settle } of this.waiting.splice(0)) {
      if (kept) this.told.push(`${isThere ? "+" : "-"}${subject}`);
      settle(kept);
    }
    await Promise.resolve();
    await Promise.resolve();
  }

  async after(ms: number): Promise<void> {
    this.clock.advance(ms);
    this.announcements.tick();
    await this.settle();
  }
}

describe("announcements", () => {
  test("tell a beginning at once and an end after the grace time", async () => {
    const setting = new Setting();
    setting.announcements.begin("u1", "");
    await setting.settle();
    setting.announcements.end("u1");
    await setting.after(GRACE_MS - 1);
    assert.deepEqual(setting.told, ["+u1"]);
    await setting.after(1);
    assert.deepEqual(setting.told, ["+u1", "-u1"]);
    assert.equal(setting.announcements.size, 0);
  });

  test("tell neither an end nor a return within the grace time", async () => {
    const setting = new Setting();
    setting.announcements.begin("u1", "");
    await setting.settle();
    for (let flap = 0; flap < 10; flap += 1) {
      setting.announcements.end("u1");
      await setting.after(GRACE_MS - 1);
      setting.announcements.begin("u1", "");
      await setting.settle();
    }
    await setting.after(10 * GRACE_MS);
    assert.deepEqual(setting.told, ["+u1"]);
  });

  test("count several reasons for being there as one", async () => {
    const setting = new Setting();
    for (let tab = 0; tab < 3; tab += 1) setting.announcements.begin("u1", "");
    await setting.settle();
    for (let tab = 0; tab < 2; tab += 1) setting.announcements.end("u1");
    await setting.after(10 * GRACE_MS);
    assert.deepEqual(setting.told, ["+u1"]);
    setting.announcements.end("u1");
    await setting.after(GRACE_MS);
    assert.deepEqual(setting.told, ["+u1", "-u1"]);
  });

  test("tell the end of what was told before a restart and does not return", async () => {
    const setting = new Setting();
    setting.announcements.restore("gone");
    setting.announcements.restore("back");
    setting.announcements.begin("back", "");
    await setting.after(3 * GRACE_MS - 1);
    assert.deepEqual(setting.told, []);
    await setting.after(1);
    assert.deepEqual(setting.told, ["-gone"]);
  });

  test("tell again later what could not be kept", async () => {
    const setting = new Setting();
    setting.announcements.begin("u1", "");
    await setting.settle(false);
    assert.deepEqual(setting.told, []);
    await setting.after(100);
    assert.deepEqual(setting.told, ["+u1"]);
  });

  test("say nothing of what was over before it could be told", async () => {
    const setting = new Setting();
    setting.announcements.begin("u1", "");
    await setting.settle(false);
    setting.announcements.end("u1");
    await setting.after(10 * GRACE_MS);
    assert.deepEqual([setting.told, setting.announcements.size], [[], 0]);
  });

  test("always end with how things are, and tell beginnings and ends in turns", async () => {
    const subjects = ["a", "b", "c"] as const;
    const step = fc.oneof(
      fc.record({ begin: fc.constantFrom(...subjects) }),
      fc.record({ end: fc.constantFrom(...subjects) }),
      fc.record({ pass: fc.nat(2 * GRACE_MS) }),
      fc.record({ settle: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.subarray([...subjects]),
        async (steps, before) => {
          const setting = new Setting();
          const { announcements, clock, told } = setting;
          const count = new Map<string, number>(subjects.map((subject) => [subject, 0]));
          for (const subject of before) announcements.restore(subject);
          for (const one of steps) {
            if ("begin" in one) {
              count.set(one.begin, (count.get(one.begin) ?? 0) + 1);
              announcements.begin(one.begin, "");
            } else if ("end" in one) {
              count.set(one.end, Math.max(0, (count.get(one.end) ?? 0) - 1));
              announcements.end(one.end);
            } else if ("pass" in one) {
              clock.advance(one.pass);
              announcements.tick();
            } else {
              await setting.settle(one.settle);
            }
          }
          // Whatever is still under way ends well, and time goes on.
          for (let round = 0; round < 6; round += 1) {
            await setting.settle();
            await setting.after(3 * GRACE_MS);
          }
          for (const subject of subjects) {
            const words = told.filter((word) => word.endsWith(subject)).map((word) => word.charAt(0));
            const all = before.includes(subject) ? ["+", ...words] : words;
            assert.ok(
              all.every((word, index) => word === (index % 2 === 0 ? "+" : "-")),
              `${subject} was told ${all.join("")}`,
            );
            const isThere = (count.get(subject) ?? 0) > 0;
            assert.equal(
              all.at(-1) === "+",
              isThere,
              `${subject} is ${isThere ? "there" : "gone"}: ${all.join("")}`,
            );
          }
          assert.equal(
            announcements.size,
            subjects.filter((subject) => (count.get(subject) ?? 0) > 0).length,
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
