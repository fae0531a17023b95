import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { callApi, serverFor } from "./support/start-server.ts";

test("the Node example prints the past and the present of a channel, and ends when it is told to", async (t) => {
  const server = await serverFor(t);
  await callApi(server, "POST", "/channels/news/messages", { data: "before" });
  const example = fileURLToPath(new URL("../../examples/node/listen.mjs", import.meta.url));
  const flags = ["--conditions=tidewire-source", "--import", "tsx"];
  const child = spawn(process.execPath, [...flags, example, server.url, "news"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  assert.match((await lines.next()).value ?? "", /"data":"before"/);
  await callApi(server, "POST", "/channels/news/messages", { data: "now" });
  assert.match((await lines.next()).value ?? "", /"data":"now"/);
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null], "nothing keeps the process alive after close");
});
