import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { WebSocket } from "ws";

const PACKAGE = new URL("..", import.meta.url);

/** The first TypeScript example of the README, on a port the system picks. */
async function exampleProgram(): Promise<string> {
  const readme = await readFile(new URL("README.md", PACKAGE), "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const changed = example
    .replace("server.listen(9001,", "server.listen(0,")
    .replace(
      'console.log("listening on ws://127.0.0.1:9001/chat")',
      "console.log(JSON.stringify(server.address()))",
    );
  assert.notEqual(changed, example, "the example listens on 9001 and says so");
  return changed;
}

async function firstLine(child: ChildProcess): Promise<string> {
  let output = "";
  while (!output.includes("\n")) {
    assert.ok(child.stdout, "the output is piped");
    output += String((await once(child.stdout, "data"))[0]);
  }
  return output;
}

test("the README's example runs as it stands", { timeout: 30_000 }, async () => {
  // Beside the tests, so that the package's name resolves.
  const folder = await mkdtemp(join(import.meta.dirname, "readme-"));
  const file = join(folder, "example.ts");
  await writeFile(file, await exampleProgram());
  const child = spawn(process.execPath, ["--conditions=tidewire-source", "--import", "tsx", file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const { port } = JSON.parse(await firstLine(child)) as { port: number };
    const client = new WebSocket(`ws://127.0.0.1:${port}/chat`);
    await once(client, "open");
    client.send("hello");
    assert.equal(String((await once(client, "message"))[0]), "visitor said: hello");
    client.close(4000, "bye");
    assert.match(await firstLine(child), /visitor left with 4000 bye/);

    const lost = new WebSocket(`ws://127.0.0.1:${port}/elsewhere`);
    const [error] = (await once(lost, "error")) as [Error];
    assert.match(error.message, /404/);
  } finally {
    child.kill();
    await rm(folder, { recursive: true });
  }
});
