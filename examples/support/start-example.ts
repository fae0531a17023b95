import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { within } from "../../packages/server/test/support/deadline.ts";

/** One of the examples' programs, as a process of its own. */
export interface RunningExample {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** Everything that it has written so far. */
  output(): string;
  /** Asks it to end; resolves with its exit status. */
  stop(): Promise<number | null>;
}

/** Starts a program below `examples` on a port of its own and in an empty folder; the test's end stops it. */
export async function startExample(t: TestContext, program: string): Promise<RunningExample> {
  const folder = await mkdtemp(join(tmpdir(), "tidewire-example-"));
  const file = fileURLToPath(new URL(`../${program}`, import.meta.url));
  // The sources of the packages, so that nothing needs to be built.
  const flags = ["--conditions=tidewire-source", "--import", import.meta.resolve("tsx")];
  const child = spawn(process.execPath, [...flags, file], {
    cwd: folder,
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const exited = once(child, "exit").then(([code]) => (typeof code === "number" ? code : null));
  const stop = async (): Promise<number | null> => {
    child.kill("SIGTERM");
    return within(exited, "its end", () => output);
  };
  t.after(async () => {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true });
  });
  const find = async (): Promise<string> => {
    for (;;) {
      const [, url] = /^listening on (http\S+)$/m.exec(output) ?? [];
      if (url !== undefined) return url;
      if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
      await Promise.race([once(child.stdout, "data"), exited]);
    }
  };
  return { url: await within(find(), "its start", () => output), output: () => output, stop };
}
