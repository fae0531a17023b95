import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { Finding } from "../../src/cli/doctor/finding.ts";
import { clockFinding, skewFinding } from "../../src/cli/doctor/clock-check.ts";
import { eventStreamFinding } from "../../src/cli/doctor/event-stream-check.ts";
import { memoryFinding } from "../../src/cli/doctor/memory-check.ts";
import { nodeFinding } from "../../src/cli/doctor/node-check.ts";
import { openFilesFinding } from "../../src/cli/doctor/open-files-check.ts";
import { certificateFolder } from "../support/certificates.ts";
import { startProxy } from "../support/reverse-proxy.ts";
import { run } from "../support/run-program.ts";
import { selfSigned } from "../support/self-signed.ts";
import { startTestServer } from "../support/start-test-server.ts";
import { SECRET, tokenOf } from "../support/tokens.ts";

const folder = mkdtempSync(join(tmpdir(), "tidewire-doctor-"));
after(() => rmSync(folder, { recursive: true }));

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const DAY_MS = 86_400_000;
/** What every run has that is about none of the other checks. */
const QUIET = ["--port", "0", "--engine", "memory", "--data", join(folder, "nothing")];

interface Examined {
  readonly status: number | undefined;
  readonly of: (check: string) => Finding;
}

async function examine(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Examined> {
  const { printed, status } = await run(["doctor", "--json", ...args], env);
  return { status, of: finderIn(printed.join("\n")) };
}

function finderIn(json: string): Examined["of"] {
  const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(json);
  return (check) =>
    findings.find((each) => each.check === check) ?? assert.fail(`${check} is not in ${json}`);
}

describe("tidewire doctor, on the machine", () => {
  it("finds a limit of open files that is too low, and says how to raise it", () => {
    const flags = `--conditions=tidewire-source --import ${import.meta.resolve("tsx")} ${MAIN}`;
    const line = `ulimit -n 512; exec ${process.execPath} ${flags} doctor --json ${QUIET.join(" ")}`;
    const { stdout, status, stderr } = spawnSync("sh", ["-c", line], { encoding: "utf8" });
    assert.equal(status, 1, stderr);
    const { message, mend, status: found } = finderIn(stdout)("open files");
    assert.equal(found, "fail");
    assert.match(message, /^512 may be open, and 10000 connections need about 10100\./);
    assert.match(mend ?? "", /^ulimit -n 65536 .*LimitNOFILE=65536/);
  });

  it("judges the limit by the connections that are wanted", () => {
    assert.equal(openFilesFinding(5000, 1000, true).status, "ok");
    assert.equal(openFilesFinding(5000, 10_000, false).status, "warn", "nobody has asked for so many");
    assert.match(openFilesFinding(5000, 200_000, true).mend ?? "", /^ulimit -n 262144 /);
    assert.equal(openFilesFinding(null, 1_000_000, true).status, "ok");
  });

  it("finds a port that another program has, and knows its own server", async (t) => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    t.after(() => taken.close());
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    taken.on("connection", (socket) => socket.end("SSH-2.0-other\r\n"));
    const { status, of } = await examine([...QUIET, "--port", String(port)]);
    assert.equal(status, 1);
    assert.equal(of("port").message, `Another program listens on port ${port} of 127.0.0.1.`);
    assert.match(of("port").mend ?? "", new RegExp(`^tidewire serve --port ${port + 1} `));

    const server = await startTestServer(t);
    const own = await examine([...QUIET, "--port", String(server.port)]);
    assert.equal(own.status, 0);
    assert.equal(own.of("port").message, `a Tidewire server answers at ${server.url}`);
  });

  it("finds an expired certificate, one for another name, and one whose key is another's", async (t) => {
    const name = "push.example.com";
    const made = (from: number, until: number): readonly string[] => {
      const { cert, key } = selfSigned(name, new Date(Date.now() + from), new Date(Date.now() + until));
      writeFileSync(join(folder, "cert.pem"), cert);
      writeFileSync(join(folder, "key.pem"), key);
      return [...QUIET, "--tls-cert", join(folder, "cert.pem"), "--tls-key", join(folder, "key.pem")];
    };
    const expired = await examine(made(-60 * DAY_MS, -DAY_MS));
    assert.equal(expired.status, 1);
    assert.match(expired.of("certificate").message, /cert\.pem expired on \d{4}-\d\d-\d\d\.$/);
    assert.match(expired.of("certificate").mend ?? "", /^certbot renew/);
    assert.match((await examine(made(DAY_MS, 60 * DAY_MS))).of("certificate").message, /is not valid before/);
    assert.equal((await examine(made(-DAY_MS, 3 * DAY_MS))).of("certificate").status, "warn");
    const good = made(-DAY_MS, 60 * DAY_MS);
    assert.equal((await examine(good)).of("certificate").status, "ok");
    const elsewhere = await examine([...good, "--url", "https://localhost:1"]);
    assert.match(elsewhere.of("certificate").message, /is not for localhost, but for .*push\.example\.com/);

    const files = await certificateFolder(t);
    await files.put("two", "key");
    const mixed = await examine([...QUIET, "--tls-cert", files.cert, "--tls-key", files.key]);
    assert.match(mixed.of("certificate").message, /do not belong together/);
    const missing = await examine([...QUIET, "--tls-cert", files.cert, "--tls-key", join(folder, "none")]);
    assert.match(missing.of("certificate").message, /none cannot be read: ENOENT/);
  });

  it("finds a folder that cannot be used, and a key that others can read", async () => {
    const data = join(folder, "data");
    mkdirSync(data);
    writeFileSync(join(data, "api-key"), "secret\n", { mode: 0o644 });
    const lmdb = ["--port", "0", "--engine", "lmdb", "--data"];
    const open = await examine([...lmdb, data]);
    assert.equal(open.of("API key").mend, `chmod 600 ${join(data, "api-key")}`);
    assert.notEqual(open.of("data folder").status, "fail");
    chmodSync(join(data, "api-key"), 0o600);
    assert.equal((await examine([...lmdb, data])).of("API key").status, "ok");
    const file = await examine([...lmdb, join(data, "api-key")]);
    assert.equal(file.status, 1);
    assert.match(file.of("data folder").message, /cannot be written: ENOTDIR/);
    const later = join(data, "to", "be", "made");
    assert.notEqual((await examine([...lmdb, later])).of("data folder").status, "fail");
    assert.equal(existsSync(later), false, "it only looks");
  });

  it("finds mistakes in the configuration, and goes on", async () => {
    const file = join(folder, "bad.yaml");
    writeFileSync(file, "listen: { prot: 1 }\n");
    const { status, of } = await examine(["--config", file]);
    assert.equal(status, 1);
    assert.match(of("configuration").message, /bad\.yaml:1: listen\.prot .* Did you mean port\?/);
    assert.equal(of("node").status, "ok");
  });

  it("finds an old Node, too little memory, and clocks that cannot be right", async () => {
    assert.deepEqual([nodeFinding("20.18.9").status, nodeFinding("18.0.0").status], ["fail", "fail"]);
    assert.deepEqual([nodeFinding("20.19.0").status, nodeFinding("22.1.0").status], ["ok", "ok"]);
    const little = memoryFinding(256 * 1024 ** 2, 100_000, false);
    assert.deepEqual([little.status, little.mend], ["warn", "limits: { maxConnections: 11605 }"]);
    assert.equal(memoryFinding(8 * 1024 ** 3, 100_000, true).status, "ok");
    const old = await clockFinding({ wallMs: () => 0, steadyMs: () => 0 });
    assert.match(old.message, /1970-01-01.* which cannot be/);
    let wallMs = Date.UTC(2030, 0, 1);
    const jumping = await clockFinding({ wallMs: () => (wallMs += 5000), steadyMs: () => 0 });
    assert.deepEqual([jumping.status, jumping.mend], ["warn", "sudo timedatectl set-ntp true"]);
    assert.match(skewFinding(-90_000, 5000).message, /^It is 90\.0 s behind this machine's\./);
    assert.equal(skewFinding(4000, 5000).status, "ok");
  });

  it("prints a line for each check for people, and what there is to do below", async () => {
    const { printed, status } = await run(["doctor", "--connections", "100", ...QUIET]);
    assert.equal(status, 0);
    assert.match(printed[0] ?? "", /^ok {4}node: Node \d+/);
    assert.match(printed.at(-1) ?? "", /^(Everything is as it should be|\d to mend, \d to look at)\.$/);
  });
});

describe("tidewire doctor --url", () => {
  const settings = { auth: { secrets: [SECRET] } };

  it("finds nothing wrong with a server that is reached as it should be", async (t) => {
    const server = await startTestServer(t, { settings: { ...settings, trustedProxies: ["127.0.0.1"] } });
    const url = await startProxy(t, server.port, { passesUpgrades: true, forwardedFor: "203.0.113.7" });
    const env = { TIDEWIRE_API_KEY: server.apiKey.key, TIDEWIRE_TOKEN: tokenOf({ sub: "ann" }) };
    const { status, of } = await examine([...QUIET, "--url", url, "--idle", "50ms"], env);
    assert.equal(status, 0);
    assert.equal(of("WebSocket").message, "handshakes come through");
    assert.equal(of("event streams").status, "ok");
    assert.equal(
      of("client addresses").message,
      "the proxy 127.0.0.1 is trusted, and says 203.0.113.7 of this machine",
    );
    assert.equal(of("clock of the server").status, "ok");
    assert.match(of("quiet connections").message, /^open after 50ms; the server pings every 25s$/);
  });

  it("finds a proxy that takes Upgrade away, and is not trusted", async (t) => {
    const server = await startTestServer(t, { settings });
    const url = await startProxy(t, server.port, { forwardedFor: "203.0.113.7" });
    const { status, of } = await examine([...QUIET, "--url", url], { TIDEWIRE_API_KEY: server.apiKey.key });
    assert.equal(status, 1);
    assert.equal(of("WebSocket").message, "The proxy in front takes the header Upgrade away.");
    assert.match(of("WebSocket").mend ?? "", /proxy_set_header Upgrade \$http_upgrade;/);
    assert.equal(of("client addresses").mend, "trustedProxies: [127.0.0.1]");
  });

  it("finds a proxy that holds events back", async (t) => {
    const server = await startTestServer(t);
    const url = await startProxy(t, server.port, { buffers: true });
    const { message, mend, status } = await eventStreamFinding(url, undefined, 300);
    assert.deepEqual([status, message], ["fail", "Nothing comes within 0.3 s: a proxy holds it back."]);
    assert.match(mend ?? "", /^proxy_buffering off;/);
  });

  it("finds a proxy whose time-out is shorter than the server's pings", async (t) => {
    const server = await startTestServer(t);
    const url = await startProxy(t, server.port, { passesUpgrades: true, idleMs: 100 });
    const { status, of } = await examine([...QUIET, "--url", url, "--idle", "1h"]);
    assert.equal(status, 1);
    assert.match(of("quiet connections").message, /^It was closed after \d+\.\d s/);
    assert.match(of("quiet connections").mend ?? "", /^proxy_read_timeout 75s;/);
  });

  it("says what to do about a server in open mode behind a proxy", async (t) => {
    const server = await startTestServer(t);
    const url = await startProxy(t, server.port, { passesUpgrades: false, forwardedFor: "203.0.113.7" });
    const { status, of } = await examine([...QUIET, "--url", url]);
    assert.equal(status, 1);
    assert.match(of("WebSocket").message, /open mode/);
    assert.match(of("WebSocket").mend ?? "", /^TIDEWIRE_TOKEN_SECRET=/);
  });

  it("refuses an address that is none", async () => {
    const { complaints, status } = await run(["doctor", "--url", "push.example.com", ...QUIET]);
    assert.equal(status, 1);
    assert.match(complaints.join(), /push\.example\.com is not the URL of a server/);
  });

  it("says so when nobody answers", async () => {
    const { status, of } = await examine([...QUIET, "--url", "http://127.0.0.1:1"]);
    assert.equal(status, 1);
    assert.match(of("WebSocket").message, /ECONNREFUSED/);
  });
});
