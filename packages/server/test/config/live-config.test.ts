import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LiveConfig } from "../../src/config/live-config.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { codeBlocks, readPage } from "../support/markdown.ts";

function configOf(settings: Readonly<Record<string, unknown>>) {
  return resolveConfig({ settings }).values;
}

describe("a live configuration", () => {
  it("takes over what a running server can change, and tells what has to wait", () => {
    const config = new LiveConfig(configOf({ origins: ["https://a.example"] }));
    const seen: unknown[] = [];
    config.watch(({ origins }) => seen.push(origins));
    const change = config.replace(
      configOf({
        origins: ["https://b.example"],
        sessions: { maxSubscriptions: 7, graceMs: "1s" },
        listen: { port: 9999 },
      }),
    );
    assert.deepEqual(change, {
      changed: ["origins", "sessions.maxSubscriptions"],
      afterRestart: ["listen.port", "sessions.graceMs"],
    });
    assert.deepEqual(seen, [["https://b.example"]]);
    const { listen, sessions } = config.values;
    assert.deepEqual([listen.port, sessions.maxSubscriptions, sessions.graceMs], [8080, 7, 10_000]);
  });

  it("says each time what waits for a restart, and calls back though nothing else is different", () => {
    const config = new LiveConfig(configOf({}));
    let calls = 0;
    config.watch(() => (calls += 1));
    for (const _time of ["first", "second"]) {
      const change = config.replace(configOf({ data: "/elsewhere" }));
      assert.deepEqual(change, { changed: [], afterRestart: ["data"] });
    }
    assert.equal(calls, 2, "a file that a setting names may have changed");
    assert.equal(config.values.data, "./data");
  });

  it("changes what docs/config.md says it does", () => {
    const [listed = ""] = codeBlocks(readPage("config.md"), "text live");
    const live = SETTINGS.filter(({ facts }) => facts.live === true).map(({ path }) => path);
    assert.deepEqual(listed.trim().split(/\s+/), live);
  });
});
