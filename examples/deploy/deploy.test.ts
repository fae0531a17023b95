import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { parse } from "yaml";
import { parseConfigFile } from "../../packages/server/src/config/config-file.ts";
import { resolveConfig } from "../../packages/server/src/config/resolve.ts";
import { startTestServer } from "../../packages/server/test/support/start-test-server.ts";
import { ROOT } from "../../scripts/lib/root.mjs";
import { findSystemdAnalyze } from "../../test/support/programs.ts";

const systemdAnalyze = findSystemdAnalyze();

function read(file: string): string {
  return readFileSync(new URL(file, import.meta.url), "utf8");
}

/** Runs a program; resolves with its exit status and all that it wrote. */
function run(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: unknown; readonly text: string }> {
  return new Promise((resolve) => {
    execFile(program, args, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, text: stdout + stderr }),
    );
  });
}

/** The unit as this machine could run it: with the Node that is here. */
async function unitFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tidewire-unit-"));
  t.after(() => rm(folder, { recursive: true }));
  const unit = read("tidewire.service");
  assert.ok(unit.includes("ExecStart=/usr/bin/node "));
  const file = join(folder, "tidewire.service");
  await writeFile(file, unit.replace("ExecStart=/usr/bin/node ", `ExecStart=${process.execPath} `));
  return file;
}

describe("examples/deploy/tidewire.service", { skip: systemdAnalyze.skip }, () => {
  test("is understood by systemd to the last line", async (t) => {
    const { code, text } = await run(systemdAnalyze.path, ["verify", await unitFile(t)]);
    assert.deepEqual([code, text], [0, ""]);
  });

  test("leaves the service little that it could do to the machine", async (t) => {
    const args = ["security", "--offline=true", "--no-pager", "--threshold=20", await unitFile(t)];
    const { code, text } = await run(systemdAnalyze.path, args);
    assert.equal(code, 0, text);
  });
});

/** An instruction of a Dockerfile, with its continued lines joined. */
interface Instruction {
  readonly name: string;
  readonly rest: string;
}

function instructionsOf(dockerfile: string): readonly Instruction[] {
  return dockerfile
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", rest = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      return { name, rest };
    });
}

/** The words of an instruction in the form of JSON. */
function wordsOf(rest: string): readonly string[] {
  const words: unknown = JSON.parse(rest.slice(rest.indexOf("[")));
  assert.ok(Array.isArray(words));
  return words.map(String);
}

describe("examples/deploy/Dockerfile", () => {
  const instructions = instructionsOf(read("Dockerfile"));
  const last = instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"));
  const ofLast = (name: string): string => last.find((one) => one.name === name)?.rest ?? "";

  test("consists of instructions that there are, on images of a fixed version that Tidewire supports", () => {
    const known = "FROM WORKDIR COPY RUN ENV USER VOLUME EXPOSE HEALTHCHECK ENTRYPOINT CMD".split(" ");
    assert.deepEqual(
      instructions.filter(({ name }) => !known.includes(name)),
      [],
    );
    const images = instructions.filter(({ name }) => name === "FROM").map(({ rest }) => rest);
    assert.equal(images.length, 2);
    for (const image of images) assert.match(image, /^node:2[2-9]-[a-z]+-slim(?: AS \w+)?$/);
  });

  test("copies what is there, and nothing that was built, kept or installed beside it", () => {
    for (const { rest } of instructions.filter(({ name }) => name === "COPY")) {
      assert.ok(rest === ". ." || /^--from=build \/app \/app$/.test(rest), rest);
    }
    const ignored = readFileSync(join(ROOT, ".dockerignore"), "utf8").split("\n");
    for (const path of [".git", "**/node_modules", "**/dist", "packages/server/public", "data", "logs"]) {
      assert.ok(ignored.includes(path), path);
    }
  });

  test("runs scripts and packs workspaces that there are", () => {
    const steps = instructions.filter(({ name }) => name === "RUN").map(({ rest }) => rest);
    for (const step of steps) {
      for (const [, script = ""] of step.matchAll(/\bnode (\S+\.mjs)/g))
        assert.ok(existsSync(join(ROOT, script)));
    }
    const packed = [
      ...(steps.find((step) => step.includes("npm pack")) ?? "").matchAll(/--workspace (\S+)/g),
    ];
    const names = packed.map(([, name]) => name);
    const server = JSON.parse(readFileSync(join(ROOT, "packages/server/package.json"), "utf8"));
    const ours = Object.keys(server.dependencies).filter((name) => name.startsWith("@tidewire/"));
    assert.deepEqual(new Set(names), new Set([...ours, "tidewire"]));
  });

  test("ends as an unprivileged program that hears signals itself, with its data in a volume and no secret", () => {
    assert.equal(ofLast("USER"), "node");
    assert.equal(ofLast("VOLUME"), "/data");
    assert.match(ofLast("ENV"), /TIDEWIRE_DATA=\/data/);
    assert.deepEqual(wordsOf(ofLast("ENTRYPOINT")), ["node", "/app/node_modules/tidewire/dist/cli/main.js"]);
    assert.deepEqual(wordsOf(ofLast("CMD")), ["serve"]);
    assert.doesNotMatch(read("Dockerfile"), /KEY|SECRET|TOKEN|PASSWORD/);
  });

  test("has a health check that tells a server that is ready from one that is not", async (t) => {
    const server = await startTestServer(t);
    const [, ...args] = wordsOf(ofLast("HEALTHCHECK"));
    const check = args.map((word) => word.replace(":8080/", `:${server.port}/`));
    assert.notDeepEqual(check, args);
    assert.equal((await run(process.execPath, check)).code, 0);
    await server.stop();
    assert.equal((await run(process.execPath, check)).code, 1);
  });
});

describe("examples/deploy/compose.yaml", () => {
  const { services, volumes } = parse(read("compose.yaml"));
  const { tidewire } = services;

  test("builds the Dockerfile, keeps the data, and waits for draining", () => {
    const context = new URL(`${tidewire.build.context}/`, import.meta.url);
    assert.ok(existsSync(new URL(tidewire.build.dockerfile, context)));
    assert.deepEqual(Object.keys(volumes), ["data"]);
    assert.deepEqual(tidewire.volumes, ["data:/data"]);
    assert.ok(Number.parseInt(tidewire.stop_grace_period, 10) > 10);
  });

  test("holds no secret, opens no port to the world, and lets the server do little", () => {
    for (const value of Object.values(tidewire.environment))
      assert.match(String(value), /^\$\{TIDEWIRE_\w+:\?/);
    for (const port of tidewire.ports) assert.match(String(port), /^127\.0\.0\.1:/);
    assert.equal(tidewire.read_only, true);
    assert.deepEqual(tidewire.cap_drop, ["ALL"]);
    assert.deepEqual(tidewire.security_opt, ["no-new-privileges:true"]);
    assert.equal(tidewire.ulimits.nofile, 1_048_576);
  });
});

describe("docs/deployment.md", () => {
  const page = readFileSync(join(ROOT, "docs", "deployment.md"), "utf8");

  test("has a configuration that the server takes, with what a server in public needs", () => {
    const [, yaml = ""] = /```yaml\n(.*?)```/s.exec(page) ?? [];
    const file = parseConfigFile("deployment.md", yaml);
    const env = { TIDEWIRE_API_KEY: "k".repeat(32), TIDEWIRE_TOKEN_SECRET: "s".repeat(48) };
    const { values, warnings } = resolveConfig({ file, env });
    assert.deepEqual(warnings, []);
    assert.deepEqual(values.trustedProxies, ["127.0.0.1"]);
    assert.equal(values.auth.secrets.length, 1);
  });

  test("names only files that there are", () => {
    for (const [, path = ""] of page.matchAll(/\]\(([^)#]+)/g))
      assert.ok(existsSync(join(ROOT, "docs", path)), path);
    for (const [path] of page.matchAll(/examples\/deploy\/[\w.]+/g))
      assert.ok(existsSync(join(ROOT, path)), path);
  });
});
