import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { run } from "../support/run-program.ts";
import { SECRET, tokenOf } from "../support/tokens.ts";

const folder = mkdtempSync(join(tmpdir(), "tidewire-explain-"));
after(() => rmSync(folder, { recursive: true }));

const FILE = join(folder, "t.yaml");
writeFileSync(
  FILE,
  [
    "channels:",
    '  - { match: "chat.**", publish: token, presence: true }',
    '  - { match: "news", subscribe: anyone, history: off }',
  ].join("\n"),
);
const ENV = { TIDEWIRE_TOKEN_SECRET: SECRET, TIDEWIRE_CONFIG: FILE };

/** What is printed of the four things a client may do: each with yes or no, and why. */
async function permissions(channel: string, ...args: readonly string[]): Promise<Record<string, string>> {
  const { printed, complaints } = await run(["config", "explain", channel, ...args], ENV);
  assert.deepEqual(complaints, []);
  const rows = printed.slice(printed.findIndex((line) => line.endsWith("may here:"))).slice(2);
  return Object.fromEntries(
    rows.map((row) => {
      const [action = "", ...rest] = row.trim().split(/ {2,}/);
      return [action, rest.join(": ")];
    }),
  );
}

describe("tidewire config explain, for a client", () => {
  it("tells what one without a name may do, and why not", async () => {
    assert.deepEqual(await permissions("chat.lobby"), {
      subscribe: "no: it is for users, and this client has no user",
      publish: "no: it takes a token that grants it, and this client has none",
      history: "no: as subscribe",
      presence: "no: as subscribe",
    });
    assert.deepEqual(await permissions("news"), {
      subscribe: "yes: it is for anyone",
      publish: "no: it is for the backend",
      history: "no: the channel keeps none",
      presence: "no: the channel keeps none",
    });
  });

  it("tells what a user may do", async () => {
    const { subscribe, publish } = await permissions("chat.lobby", "--user", "ann");
    assert.equal(subscribe, "yes: it is for users");
    assert.match(publish ?? "", /^no/);
    assert.equal((await permissions("@ann", "--user", "ann"))["subscribe"], "yes: it is for users");
    assert.equal(
      (await permissions("@ann", "--user", "bob"))["subscribe"],
      "no: an inbox is for its user alone",
    );
  });

  it("tells what the holder of a token may do", async () => {
    const token = tokenOf({ sub: "ann", channels: { publish: ["chat.**"], subscribe: ["@bob"] } });
    assert.equal((await permissions("chat.lobby", "--token", token))["publish"], "yes: the token grants it");
    assert.equal(
      (await permissions("@bob", "--token", token))["subscribe"],
      "no: an inbox is for its user alone",
    );
  });

  it("refuses a token that the server would refuse, and one of somebody else", async () => {
    const stranger = tokenOf({ sub: "ann" }, { secret: `${SECRET}!` });
    const wrong = await run(["config", "explain", "news", "--token", stranger], ENV);
    assert.equal(wrong.status, 1);
    assert.match(wrong.complaints.join(), /--token: .*no key/);
    const both = ["--user", "bob", "--token", tokenOf({ sub: "ann" })];
    const other = await run(["config", "explain", "news", ...both], ENV);
    assert.match(other.complaints.join(), /another user/);
  });

  it("tells the same to programs as JSON", async () => {
    const { printed, status } = await run(
      ["config", "explain", "chat.lobby", "--user", "ann", "--json"],
      ENV,
    );
    assert.equal(status, 0);
    const told = JSON.parse(printed.join("\n"));
    assert.deepEqual([told.channel, told.mode, told.user], ["chat.lobby", "authenticated", "ann"]);
    assert.deepEqual(told.may.subscribe, { allowed: true, why: "it is for users" });
    assert.deepEqual(told.options[5], {
      option: "presence",
      value: "true",
      source: { kind: "rule", index: 0, match: "chat.**" },
      from: `channels[0] (chat.**) in ${FILE}:2`,
    });
  });
});
