import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { VERSION } from "../../src/base/version.ts";
import { createProgram } from "../../src/cli/program.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { run } from "../support/run-program.ts";

const folder = mkdtempSync(join(tmpdir(), "tidewire-program-"));
after(() => rmSync(folder, { recursive: true }));

const FILE = join(folder, "t.yaml");
writeFileSync(FILE, 'data: from-file\nchannels:\n  - match: "chat.**"\n    presence: true\n');

describe("tidewire serve", () => {
  it("takes its flags over into the configuration, before environment and file", async () => {
    const flags = [
      "--host",
      "127.0.0.9",
      "--port",
      "0",
      "--engine",
      "memory",
      "--insecure",
      "--log-level",
      "warn",
    ];
    const origins = ["--allow-origin", "https://a.example,null", "--allow-origin", "https://b.example"];
    const { started, status } = await run(["serve", "--config", FILE, ...flags, ...origins], {
      TIDEWIRE_PORT: "9",
    });
    assert.equal(status, 0);
    assert.ok(started);
    const { listen, engine, insecure, log, origins: allowed, data } = started.values;
    assert.deepEqual(
      { host: listen.host, port: listen.port, engine, insecure, level: log.level, allowed, data },
      {
        host: "127.0.0.9",
        port: 0,
        engine: "memory",
        insecure: true,
        level: "warn",
        allowed: ["https://a.example", "null", "https://b.example"],
        data: "from-file",
      },
    );
    for (const path of ["listen.port", "origins", "insecure"])
      assert.equal(started.sources.get(path)?.kind, "flag", path);
  });

  it("has a flag for each setting that names one", async () => {
    const help = createHelp("serve");
    for (const { facts } of SETTINGS) {
      if (facts.flag !== undefined) assert.ok(help.includes(`  ${facts.flag}`), facts.flag);
      if (facts.flag !== undefined && facts.env !== undefined) assert.ok(help.includes(facts.env), facts.env);
    }
  });

  it("starts nothing when a flag does not fit", async () => {
    const { started, status, complaints } = await run(["serve", "--port", "http"]);
    assert.equal(started, undefined);
    assert.equal(status, 1);
    assert.deepEqual(complaints, [
      'tidewire: --port: listen.port must be a whole number from 0 to 65535, not "http".',
    ]);
  });
});

describe("tidewire config check", () => {
  it("prints what is not at its default and where it came from", async () => {
    const { printed, status } = await run(["config", "check", "--config", FILE, "--port", "9000"], {
      TIDEWIRE_API_KEY: "a-s3cr3t-of-the-server",
    });
    assert.equal(status, 0);
    const rows = printed.slice(2).map((line) => line.trim().split(/ {2,}/));
    assert.deepEqual(rows, [
      ["listen.port", "9000", "--port"],
      ["data", "from-file", `${FILE}:1`],
      ["apiKeys", "(secret)", "TIDEWIRE_API_KEY"],
      ["channels[0]", '{"match":"chat.**","presence":true}', `${FILE}:3`],
    ]);
  });

  it("says so when everything is at its default", async () => {
    const { printed, status } = await run(["config", "check"]);
    assert.deepEqual(printed, ["The configuration is fine: every setting has its default."]);
    assert.equal(status, 0);
  });

  it("ends with 1 and every problem when something cannot be used", async () => {
    const bad = join(folder, "bad.yaml");
    writeFileSync(bad, "listn: {}\ndrainMs: soon\n");
    const { complaints, status } = await run(["config", "check", bad, "--port", "many"]);
    assert.equal(status, 1);
    assert.deepEqual(complaints.join("\n").split("\n"), [
      `tidewire: ${bad}:1: listn is not a key of the configuration. Did you mean listen?`,
      `${bad}:2: drainMs must be a duration from 0ms to 1d, such as 90s, 10m or 24h, not "soon".`,
      '--port: listen.port must be a whole number from 0 to 65535, not "many".',
    ]);
  });

  it("tells the same to programs, as JSON", async () => {
    const bad = join(folder, "bad.json");
    writeFileSync(bad, '{\n  "channels": [\n    { "match": "a",\n      "presense": true }\n  ]\n}\n');
    const wrong = await run(["config", "check", bad, "--json"]);
    assert.equal(wrong.status, 1);
    assert.deepEqual(JSON.parse(wrong.printed.join("\n")), {
      ok: false,
      mistakes: [
        {
          path: "channels[0].presense",
          message: "channels[0].presense is not a key of channels[0]. Did you mean presence?",
          source: bad,
          line: 4,
        },
      ],
    });
    const right = await run(["config", "check", FILE, "--json"]);
    assert.equal(right.status, 0);
    const { ok, settings } = JSON.parse(right.printed.join("\n"));
    assert.equal(ok, true);
    const data = { path: "data", value: "from-file", from: "file", name: FILE, line: 1 };
    assert.deepEqual(settings[0], data);
    const piped = await run(["config", "check", FILE], {}, "", { isPiped: true });
    assert.deepEqual(piped.printed, right.printed, "and so does a pipe");
  });

  it("looks at the keys for tokens, as a start would", async () => {
    const bad = join(folder, "keys.yaml");
    writeFileSync(bad, "auth: { keys: [/nowhere/key.pem] }\n");
    const { complaints, status } = await run(["config", "check", bad]);
    assert.equal(status, 1);
    assert.match(complaints.join(), /auth\.keys\[0\]/);
  });
});

describe("tidewire config explain", () => {
  it("prints each option of a channel and the rule it comes from", async () => {
    const { printed, status } = await run(["config", "explain", "chat.lobby", "--config", FILE]);
    assert.equal(status, 0);
    const rows = printed.map((line) => line.trim().split(/ {2,}/));
    assert.deepEqual(
      rows.find(([option]) => option === "presence"),
      ["presence", "true", `channels[0] (chat.**) in ${FILE}:4`],
    );
    assert.deepEqual(
      rows.find(([option]) => option === "history.ttl"),
      ["history.ttl", "1d", "default"],
    );
    assert.match(printed.at(-1) ?? "", /Open mode/);
  });

  it("names the built-in rules", async () => {
    const { printed } = await run(["config", "explain", "demo.chat.lobby"]);
    assert.ok(
      printed.some((line) => /presence +true +built-in demo rule \(demo\.chat\.\*\*\)/.test(line)),
      printed.join("\n"),
    );
  });

  it("refuses what is no channel name", async () => {
    const { complaints, status } = await run(["config", "explain", "a b"]);
    assert.equal(status, 1);
    assert.match(complaints.join(), /must not contain " "/);
  });
});

describe("tidewire version", () => {
  it("prints the version of the package", async () => {
    const { printed } = await run(["version"]);
    assert.deepEqual(printed, [VERSION]);
    assert.match(VERSION, /^\d+\.\d+\.\d+/);
  });
});

function createHelp(name: string): string {
  const unused = (): never => assert.fail("help needs nothing of the process");
  const program = createProgram({
    env: {},
    terminal: { print: unused, complain: unused, progress: unused, isInteractive: false, hasColours: false },
    input: { isInteractive: false, text: unused, chunks: unused },
    listenToSignals: unused,
    start: unused,
    exit: unused,
  });
  const command = program.commands.find((each) => each.name() === name);
  assert.ok(command, `there is a command ${name}`);
  return command.helpInformation();
}
