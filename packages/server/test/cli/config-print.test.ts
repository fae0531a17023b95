import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { SETTINGS } from "../../src/config/settings.ts";
import { run } from "../support/run-program.ts";

const folder = mkdtempSync(join(tmpdir(), "tidewire-print-"));
after(() => rmSync(folder, { recursive: true }));

const FILE = join(folder, "t.yaml");
writeFileSync(
  FILE,
  [
    "sessions:",
    "  graceMs: 90s",
    "hooks:",
    "  rpc: { url: https://a.example/rpc?secret=s3cr3t }",
    "  secrets: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw]",
    "webhooks:",
    "  endpoints:",
    "    - url: https://a.example/told",
    "    - url: https://b.example/told?token=s3cr3t",
  ].join("\n"),
);
const ENV = { TIDEWIRE_API_KEY: "an-s3cr3t-of-the-server", TIDEWIRE_HOST: "::1", TIDEWIRE_CONFIG: FILE };

describe("tidewire config print", () => {
  it("tells every setting, its value in the file's form, and where that comes from", async () => {
    const { printed, status } = await run(["config", "print", "--port", "9000"], ENV);
    assert.equal(status, 0);
    const rows = new Map(
      printed.map((line) => {
        const [path = "", value, place] = line.trim().split(/ {2,}/);
        return [path, [value, place]] as const;
      }),
    );
    for (const { path } of SETTINGS)
      assert.ok(rows.has(path) || rows.has(`${path}[0]`), `${path} must be told`);
    assert.deepEqual(rows.get("listen.port"), ["9000", "--port"]);
    assert.deepEqual(rows.get("listen.host"), ["::1", "TIDEWIRE_HOST"]);
    assert.deepEqual(rows.get("sessions.graceMs"), ["90s", `${FILE}:2`]);
    assert.deepEqual(rows.get("sessions.pingIntervalMs"), ["25s", "default"]);
    assert.deepEqual(rows.get("webhooks.endpoints[0]"), ['{"url":"https://a.example/told"}', `${FILE}:8`]);
    assert.deepEqual(rows.get("apiKeys"), ["(secret)", "TIDEWIRE_API_KEY"]);
    assert.deepEqual(rows.get("auth.secrets"), ["[]", "default"], "there is no secret to mask");
  });

  it("shows no secret, in neither form", async () => {
    for (const flags of [[], ["--json"]]) {
      const { printed } = await run(["config", "print", ...flags], ENV);
      assert.doesNotMatch(printed.join("\n"), /s3cr3t|whsec_/);
      assert.match(printed.join("\n"), /https:\/\/b\.example\/told\?…/);
    }
  });

  it("tells programs, and pipes, the same as JSON", async () => {
    const { printed } = await run(["config", "print", "--json"], ENV);
    const { file, settings } = JSON.parse(printed.join("\n"));
    assert.equal(file, FILE);
    const listed: readonly { readonly path: string }[] = settings;
    const named = (path: string): unknown => listed.find((each) => each.path === path);
    assert.deepEqual(named("sessions.graceMs"), {
      path: "sessions.graceMs",
      value: "90s",
      from: "file",
      name: FILE,
      line: 2,
    });
    assert.deepEqual(named("deflate"), {
      path: "deflate",
      value: true,
      from: "default",
      name: null,
      line: null,
    });
    assert.deepEqual((await run(["config", "print"], ENV, "", { isPiped: true })).printed, printed);
  });

  it("warns of a variable that Tidewire does not know, and names the nearest", async () => {
    const { complaints, status } = await run(["config", "print"], { TIDEWIRE_PROT: "1" });
    assert.equal(status, 0);
    assert.deepEqual(complaints, [
      "tidewire: TIDEWIRE_PROT is not a variable that Tidewire knows. Did you mean TIDEWIRE_PORT?",
    ]);
  });
});
