import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { delimiter, dirname } from "node:path";
import { findCurl, findPhp } from "../../../../test/support/programs.ts";
import { parseConfigFile } from "../../src/config/config-file.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { certificateFolder } from "../support/certificates.ts";
import { within } from "../support/deadline.ts";
import { codeBlocks, readPage } from "../support/markdown.ts";
import { startTestServer } from "../support/start-test-server.ts";

const page = readPage("tls.md");
const curl = findCurl();
const php = findPhp();
const execute = promisify(execFile);
const CA = fileURLToPath(new URL("../support/certificates/one.cert.pem", import.meta.url));

/** A server that speaks TLS, and an example whose address is this server's. */
async function start(t: TestContext, name: string) {
  const { cert, key } = await certificateFolder(t);
  const server = await startTestServer(t, { settings: { tls: { cert, key } } });
  const [code = ""] = codeBlocks(page, name);
  const example = code.replace(/push\.example\.com(?::443)?/, `127.0.0.1:${server.port}`);
  const PATH = [dirname(curl.path), process.env["PATH"]].join(delimiter);
  const env = { ...process.env, KEY: server.apiKey.key, CURL_CA_BUNDLE: CA, NODE_EXTRA_CA_CERTS: CA, PATH };
  return { example, env };
}

describe("the examples of docs/tls.md", () => {
  test("the configuration can be used", () => {
    const [example = ""] = codeBlocks(page, "yaml tls");
    const { tls } = resolveConfig({ file: parseConfigFile("example.yaml", example) }).values;
    assert.deepEqual([tls.redirectPort, tls.hstsMs], [80, 31_536_000_000]);
  });

  test("curl publishes over HTTPS", { skip: curl.skip }, async (t) => {
    const { example, env } = await start(t, "sh client");
    assert.match((await execute("sh", ["-c", example], { env })).stdout, /"offset":1/);
  });

  test("PHP publishes over raw TCP in TLS", { skip: php.skip }, async (t) => {
    const { example, env } = await start(t, "php client");
    const { stdout } = await execute(php.path, ["-d", `openssl.cafile=${CA}`, "-r", example], { env });
    assert.match(stdout, /"ok":true.*"offset":1/);
  });

  test("a WebSocket connects", async (t) => {
    const { example, env } = await start(t, "js client");
    // Browsers and Node 22 have it; Node 20 needs to be asked for it.
    const flags = typeof WebSocket === "undefined" ? ["--experimental-websocket"] : [];
    const node = spawn(process.execPath, [...flags, "--input-type=module", "-e", example], { env });
    t.after(() => node.kill());
    const [chunk]: unknown[] = await within(once(node.stdout, "data"), "a frame");
    assert.match(String(chunk), /"type":"connected"/);
  });
});
