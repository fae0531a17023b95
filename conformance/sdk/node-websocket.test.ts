import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { hostEnvironment, Tidewire } from "@tidewire/client";
import { Collected } from "./support/clients.ts";
import { serverFor } from "./support/start-server.ts";

const PACKAGES = fileURLToPath(new URL("../../packages", import.meta.url));

/** Prints the first state that is not `connecting`, and ends. As on Node 20, there is no WebSocket. */
const PROGRAM = `
  delete globalThis.WebSocket;
  const { Tidewire } = await import("@tidewire/client");
  const client = new Tidewire(process.argv[2]);
  client.on("state", (state) => {
    if (state.status === "connecting") return;
    console.log(JSON.stringify(state));
    client.close();
  });
`;

/** A project with these packages installed as they are published. */
async function projectWith(t: TestContext, packages: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tidewire-project-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const name of packages) {
    for (const part of ["package.json", "dist"]) {
      const installed = join(folder, "node_modules", "@tidewire", name, part);
      await cp(join(PACKAGES, name, part), installed, { recursive: true });
    }
  }
  await writeFile(join(folder, "program.mjs"), PROGRAM);
  return folder;
}

/** The state that the program prints. */
async function stateIn(
  folder: string,
  url: string,
): Promise<{ readonly status: string; readonly reason?: string }> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "program.mjs"), url]);
  const [first = ""] = stdout.split("\n");
  return JSON.parse(first);
}

test("a Node without WebSocket uses the engine's own client", async (t) => {
  const server = await serverFor(t);
  const environment = { ...hostEnvironment(), webSocket: undefined };
  const client = new Tidewire(server.url, { user: "ann", fallback: false }, environment);
  t.after(() => client.close());
  const heard = new Collected(client.subscribe("news"));
  await client.subscribe("news").ready();
  await client.publish("news", "hi");
  await heard.until(1);
  assert.deepEqual(heard.data, ["hi"]);
});

test("without the engine the reason names what to install, and installing that is enough", async (t) => {
  const server = await serverFor(t);
  const without = await projectWith(t, ["client", "protocol"]);
  const { status, reason = "" } = await stateIn(without, server.url);
  assert.equal(status, "offline");
  const [, named = ""] = /npm install @tidewire\/(\w+)/.exec(reason) ?? [];
  assert.equal(named, "websocket", reason);
  const complete = await projectWith(t, ["client", "protocol", named]);
  assert.equal((await stateIn(complete, server.url)).status, "live");
});
