import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { CHECKS } from "../../src/cli/doctor/finding.ts";
import { codeBlocks, readPage, tableOf } from "../support/markdown.ts";
import { run } from "../support/run-program.ts";
import { startTestServer } from "../support/start-test-server.ts";

const page = readPage("cli.md");

/** One command of the page, with what it prints there. */
interface Example {
  readonly command: string;
  readonly output: string;
}

const examples: readonly Example[] = codeBlocks(page, "console")
  .flatMap((block) => block.split(/^\$ /m).slice(1))
  .map((example) => {
    const [command = "", ...lines] = example.trimEnd().split("\n");
    return { command, output: lines.join("\n") };
  });

/** Splits a command line as the shell does, which also runs what is before a pipe. */
function shellRead(line: string): { readonly args: readonly string[]; readonly input: string } {
  const [command = "", source] = line.split(" | ").toReversed();
  const words = execFileSync("sh", ["-c", `for word in ${command}; do printf '%s\\0' "$word"; done`]);
  const [program, ...args] = words.toString().split("\0").slice(0, -1);
  assert.equal(program, "tidewire", line);
  return { args, input: source === undefined ? "" : execFileSync("sh", ["-c", source]).toString() };
}

/** What differs from run to run: the epoch, times, and with them the widths of columns. */
function withoutChance(output: string, epoch: string): string {
  return output
    .replaceAll(epoch, "k3")
    .replace(/(\d{4}-\d\d-\d\dT)?\d\d:\d\d:\d\d\.\d{3}Z?/g, "TIME")
    .replace(/ {2,}/g, "  ")
    .trimEnd();
}

describe("docs/cli.md", () => {
  it("shows commands that print what it says, one after the other on a new server", async (t) => {
    assert.ok(examples.length > 5);
    const server = await startTestServer(t);
    const { body } = await server.api("GET", "/api/channels/unwritten");
    const epoch = String(body["epoch"]);
    const env = { TIDEWIRE_URL: server.url, TIDEWIRE_API_KEY: server.apiKey.key };
    for (const { command, output } of examples) {
      const { args, input } = shellRead(command);
      const { printed, complaints, status } = await run(args, env, input, { stopped: new Promise(() => {}) });
      assert.deepEqual([status, complaints], [0, []], command);
      assert.equal(withoutChance(printed.join("\n"), epoch), withoutChance(output, "k3"), command);
    }
  });

  it("shows examples in the help that the program takes", async (t) => {
    const lines = codeBlocks(page, "text").flatMap((help) => {
      const [, below = ""] = help.split("\nExamples:\n");
      return below.split("\n").filter((line) => /^ {2}[a-z]/.test(line));
    });
    assert.ok(lines.length > 10);
    const channels = [{ match: "stock.**", patterns: true }];
    const server = await startTestServer(t, { settings: { channels } });
    const env = { TIDEWIRE_URL: server.url, TIDEWIRE_API_KEY: server.apiKey.key };
    for (const line of lines) {
      // It ends at once: nothing answers there, and a name has to be looked up in no test.
      const { args, input } = shellRead(line.replace("https://push.example.com", "http://127.0.0.1:1"));
      const { complaints, status } = await run(args, env, input);
      const mayFail = args[0] === "doctor";
      assert.deepEqual([mayFail ? 0 : status, complaints], [0, []], line);
    }
  });

  it("lists what the doctor looks at", () => {
    const listed = tableOf(page, "check", "fails when", "warns when").map(([name]) => name);
    assert.deepEqual(
      listed,
      CHECKS.map((name) => `\`${name}\``),
    );
  });
});
