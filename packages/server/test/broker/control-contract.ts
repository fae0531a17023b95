import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Verdict } from "../../src/core/control.ts";
import type { MakeHarness, StoreHarness } from "./store-harness.ts";

function verdict(parts: Partial<Verdict>): Verdict {
  return { kind: "ban", subject: "ann", reason: "spam", sinceMs: 1000, untilMs: null, ...parts };
}

function keep(...verdicts: readonly Verdict[]) {
  return verdicts.map((each) => ({ kind: each.kind, subject: each.subject, verdict: each }));
}

function bySubject(verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.toSorted((a, b) => `${a.kind} ${a.subject}`.localeCompare(`${b.kind} ${b.subject}`));
}

/** What every engine promises behind the port `Control`. */
export function controlContract(name: string, make: MakeHarness): void {
  const contract = (sentence: string, body: (harness: StoreHarness) => Promise<void>) =>
    void test(sentence, async (t) => {
      const harness = await make();
      t.after(() => harness.dispose());
      await body(harness);
    });

  const all = [
    verdict({}),
    verdict({ kind: "session", untilMs: 86_401_000, reason: "" }),
    verdict({ kind: "tokens", reason: "离开 🌊" }),
    verdict({ subject: "\u{1f30a}\0b", sinceMs: 2 ** 47, untilMs: 2 ** 48 - 1 }),
    verdict({ subject: "x".repeat(3000) }),
    verdict({ subject: `${"x".repeat(3000)}y` }),
  ];

  describe(`${name}: verdicts`, () => {
    contract("are given back whole, one for each kind and subject", async ({ store: { control } }) => {
      assert.deepEqual(await control.load(), []);
      assert.equal(await control.write(keep(...all)), true);
      assert.deepEqual(bySubject(await control.load()), bySubject(all));
    });

    contract("replace earlier ones, and are forgotten one by one", async ({ store: { control } }) => {
      await control.write(keep(verdict({ reason: "first" }), verdict({ subject: "bob" })));
      await control.write(keep(verdict({ reason: "second", untilMs: 5 })));
      await control.write([
        { kind: "ban", subject: "bob", verdict: null },
        { kind: "session", subject: "ann", verdict: null },
      ]);
      assert.deepEqual(await control.load(), [verdict({ reason: "second", untilMs: 5 })]);
    });

    contract("of one write are carried out in their order", async ({ store: { control } }) => {
      const forgotten = { kind: "ban", subject: "ann", verdict: null } as const;
      await control.write([...keep(verdict({})), forgotten]);
      assert.deepEqual(await control.load(), []);
      await control.write([forgotten, ...keep(verdict({}))]);
      assert.deepEqual(await control.load(), [verdict({})]);
    });

    for (const ending of ["clean", "killed"] as const) {
      contract(`are there after a restart (${ending}), where the engine keeps anything`, async (harness) => {
        if (harness.restart === null) return;
        await harness.store.control.write(keep(...all));
        await harness.restart(ending);
        assert.deepEqual(bySubject(await harness.store.control.load()), bySubject(all));
      });
    }

    contract("cannot be kept by a store that is closed", async (harness) => {
      if (harness.restart === null) return;
      await harness.store.close();
      assert.equal(await harness.store.control.write(keep(verdict({}))), false);
    });
  });
}
