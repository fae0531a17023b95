import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { createLogger, LogFolderError, type LogOptions } from "../../src/base/create-logger.ts";

const folder = await mkdtemp(join(tmpdir(), "tidewire-log-"));
after(() => rm(folder, { recursive: true }));

/**
 * Runs a program that logs and returns what it wrote to its standard output. The logger writes to the descriptor itself, so only
 * a process of its own shows it.
 */
async function stdoutOf(options: LogOptions, body: string): Promise<string> {
  const source = new URL("../../src/base/create-logger.ts", import.meta.url).href;
  const script = `import { createLogger } from ${JSON.stringify(source)};
    const log = await createLogger(${JSON.stringify(options)});
    ${body}
    await log.close();`;
  const flags = ["--conditions=tidewire-source", "--import", "tsx", "--input-type=module", "-e", script];
  const child = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  assert.equal(code, 0, err);
  return out;
}

/** The numbers of the files in a folder, lowest first, and the lines of all of them. */
async function filesIn(dir: string) {
  const names = await readdir(dir);
  const numbered = names.map((name) => ({ name, number: Number(/^tidewire\.(\d+)\.log$/.exec(name)?.[1]) }));
  numbered.sort((a, b) => a.number - b.number);
  const contents = await Promise.all(numbered.map(({ name }) => readFile(join(dir, name), "utf8")));
  const lines = contents.flatMap((content) => content.split("\n").filter((line) => line !== ""));
  return { names: numbered.map(({ name }) => name), lines: lines.map((line) => JSON.parse(line)) };
}

const QUIET: LogOptions = { level: "info", dir: null, maxFileBytes: 1024, maxFiles: 3 };

describe("the logger", () => {
  it("writes one JSON object per line, with level, time, event and message", async () => {
    const out = await stdoutOf(
      QUIET,
      'log.info({ event: "connection.opened", address: "192.0.2.1", origin: "https://a.example" }, "connection opened");',
    );
    assert.equal(out.trimEnd().split("\n").length, 1);
    const { time, ...line } = JSON.parse(out);
    assert.deepEqual(line, {
      level: "info",
      event: "connection.opened",
      address: "192.0.2.1",
      origin: "https://a.example",
      msg: "connection opened",
    });
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it("escapes what a terminal would obey, or turn the line around by", async () => {
    const hostile = "a\u007f\u009b31m\u0085\u2028\u2029\u202e\u2066b";
    const out = await stdoutOf(
      QUIET,
      `log.info({ event: "user.kicked", reason: ${JSON.stringify(hostile)} }, "user kicked");`,
    );
    assert.match(out, /^[ -~]*\n$/, "nothing but visible ASCII");
    assert.equal(JSON.parse(out).reason, hostile);
  });

  it("leaves out what is below its level", async () => {
    const body = ["debug", "info", "warn", "error"].map(
      (level) => `log.${level}({ event: "server.config" }, "${level}");`,
    );
    const out = await stdoutOf({ ...QUIET, level: "warn" }, body.join(""));
    assert.deepEqual(
      out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).msg),
      ["warn", "error"],
    );
    assert.equal(await stdoutOf({ ...QUIET, level: "silent" }, body.join("")), "");
  });

  it("writes the same to a file, in a folder that it makes", async () => {
    const dir = join(folder, "made", "for", "logs");
    const out = await stdoutOf(
      { ...QUIET, dir, level: "debug" },
      'log.debug({ event: "server.config", n: 1 }, "below info");',
    );
    const [name = ""] = await readdir(dir);
    assert.equal(name, "tidewire.1.log");
    assert.equal(await readFile(join(dir, name), "utf8"), out);
    assert.equal((await stat(join(dir, name))).mode & 0o007, 0, "others may not read who was connected");
  });

  it("has written everything when it is closed", async () => {
    const dir = join(folder, "flush");
    const out = await stdoutOf(
      { ...QUIET, dir, maxFileBytes: 10_000_000 },
      'for (let n = 0; n < 5000; n++) log.info({ event: "channel.publish", n }, "published");',
    );
    assert.equal(out.trimEnd().split("\n").length, 5000);
    assert.deepEqual(
      (await filesIn(dir)).lines.map(({ n }) => n),
      Array.from({ length: 5000 }, (_, n) => n),
    );
  });

  it("goes on in a new file when one is full, and keeps the newest", async () => {
    const dir = join(folder, "rotation");
    const total = 200;
    // One line in each turn, so that lines are written while a file is being changed.
    const body = `for (let n = 0; n < ${total}; n++) {
        log.warn({ event: "server.config", n, padding: "x".repeat(100) }, "rotating");
        await new Promise(setImmediate);
      }`;
    await stdoutOf({ ...QUIET, dir }, body);
    const { names, lines } = await filesIn(dir);
    assert.ok(names.length >= 2 && names.length <= 3, `at most 3 files are kept: ${names.join(" ")}`);
    assert.ok(!names.includes("tidewire.1.log"), "the oldest is deleted");
    const numbers = lines.map(({ n }) => n as number);
    const first = numbers[0] ?? 0;
    assert.deepEqual(
      numbers,
      Array.from({ length: total - first }, (_, index) => first + index),
      "no line is lost or doubled",
    );
  });

  it("goes on in the newest file after a restart", async () => {
    const dir = join(folder, "restart");
    for (const n of [1, 2]) {
      await stdoutOf(
        { ...QUIET, dir, maxFileBytes: 1_000_000 },
        `log.warn({ event: "server.config", n: ${n} }, "started");`,
      );
    }
    const { names, lines } = await filesIn(dir);
    assert.deepEqual(names, ["tidewire.1.log"]);
    assert.deepEqual(
      lines.map(({ n }) => n),
      [1, 2],
    );
  });

  it("refuses a folder that cannot be one", async () => {
    const file = join(folder, "a-file");
    await writeFile(file, "");
    await assert.rejects(createLogger({ ...QUIET, dir: join(file, "logs") }), LogFolderError);
  });

  it("never lets a secret reach a line", async () => {
    const secret = "s3cr3t-value";
    const fields = {
      key: secret,
      token: secret,
      session: secret,
      authorization: `Bearer ${secret}`,
      headers: { Authorization: `Bearer ${secret}`, Cookie: secret, "Tidewire-Session": secret },
      url: `/connect?channels=news&token=${secret}&user=u1`,
      nested: [{ apiKey: secret }],
      problem: `sent Bearer ${secret}`,
    };
    const dir = join(folder, "secrets");
    const out = await stdoutOf(
      { ...QUIET, dir },
      `log.info({ event: "server.config", ...${JSON.stringify(fields)} }, "secrets");
       log.error({ event: "server.bug", err: new Error("at /poll?session=${secret}", { cause: { token: "${secret}" } }) }, "bug");`,
    );
    assert.ok(!out.includes(secret), out);
    assert.match(out, /channels=news&token=\[redacted\]&user=u1/, "what is no secret stays");
    assert.ok(!(await readFile(join(dir, "tidewire.1.log"), "utf8")).includes(secret));
  });
});
