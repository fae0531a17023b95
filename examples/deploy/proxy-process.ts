import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { freePort } from "../../packages/server/test/support/free-port.ts";
import { eventually, within } from "../../packages/server/test/support/deadline.ts";

/** How a proxy is started with one of the examples. */
export interface ProxyExample {
  /** The proxy's program. */
  readonly program: string;
  /** The example's file in this folder. */
  readonly example: string;
  /** Makes of the example what the program reads: on this port, in front of that one, with nothing outside of the folder. */
  readonly configure: (example: string, port: number, serverPort: number, folder: string) => string;
  readonly args: (config: string, folder: string) => readonly string[];
}

/** A proxy in front of a server. */
export interface RunningProxy {
  readonly url: string;
  readonly wsUrl: string;
}

/** Starts a proxy with an example in front of a server on loopback; the test's end stops it. */
export async function startProxy(
  t: TestContext,
  { program, example, configure, args }: ProxyExample,
  serverPort: number,
): Promise<RunningProxy> {
  const folder = await mkdtemp(join(tmpdir(), "tidewire-proxy-"));
  const port = await freePort();
  const config = join(folder, "config");
  const text = await readFile(new URL(example, import.meta.url), "utf8");
  await writeFile(config, configure(text, port, serverPort, folder));
  const child = spawn(program, args(config, folder), {
    cwd: folder,
    env: { HOME: folder, PATH: process.env["PATH"] },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    complaints += chunk;
  });
  t.after(async () => {
    await stop(child);
    await rm(folder, { recursive: true, force: true });
  });
  await eventually(`${program} listens`, async () => {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${complaints}`);
    return accepts(port);
  });
  return { url: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}` };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await within(exited, "the proxy's end");
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
