import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EventStreamClient } from "../../packages/server/test/support/event-stream-client.ts";
import { NativeClient } from "../../packages/server/test/support/native-client.ts";
import { PollClient } from "../../packages/server/test/support/poll-client.ts";
import { startTestServer, type StartOptions } from "../../packages/server/test/support/start-test-server.ts";
import { findCaddy, findNginx } from "../../test/support/programs.ts";
import { type ProxyExample, startProxy } from "./proxy-process.ts";

const nginx = findNginx();
const caddy = findCaddy();

const NGINX: ProxyExample = {
  program: nginx.path,
  example: "nginx.conf",
  configure: (example, port, serverPort, folder) => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr;
events { worker_connections 256; }
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((what) => `${what}_temp_path ${folder}/${what};`).join("\n")}
  ${replaced(example, ["listen 80;", `listen 127.0.0.1:${port};`], ["127.0.0.1:8080", `127.0.0.1:${serverPort}`])}
}`,
  args: (config, folder) => ["-p", folder, "-c", config, "-e", "stderr"],
};

const CADDY: ProxyExample = {
  program: caddy.path,
  example: "Caddyfile",
  configure: (example, port, serverPort) => `
{
	admin off
	auto_https off
}
${replaced(example, ["push.example.com {", `http://127.0.0.1:${port} {`], ["127.0.0.1:8080 {", `127.0.0.1:${serverPort} {`])}`,
  args: (config) => ["run", "--config", config, "--adapter", "caddyfile"],
};

/** Replaces what must be there. */
function replaced(text: string, ...pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((before, [from, to]) => {
    assert.ok(before.includes(from), `the example says ${from}`);
    return before.replaceAll(from, to);
  }, text);
}

/** As somebody else than the proxy, who claims to be a third one. */
const LIAR = { localAddress: "127.0.0.2", headers: { "x-forwarded-for": "203.0.113.9" } };

const BEHIND_PROXY: StartOptions = {
  logLevel: "info",
  settings: { trustedProxies: ["127.0.0.1"], insecure: true },
};

for (const [name, example, skip] of [
  ["nginx", NGINX, nginx.skip],
  ["Caddy", CADDY, caddy.skip],
] as const) {
  describe(`a server behind ${name}, as examples/deploy has it`, { skip }, () => {
    test("is reached by WebSocket, event stream, poll and API", async (t) => {
      const server = await startTestServer(t, BEHIND_PROXY);
      const proxy = await startProxy(t, example, server.port);
      const clients = [
        await NativeClient.open(t, proxy, "channels=news"),
        await EventStreamClient.open(t, proxy, "channels=news"),
        PollClient.open(t, proxy, "channels=news"),
      ];
      for (const client of clients) await client.next("subscribed");
      const long = "x".repeat(50_000);
      const published = await fetch(`${proxy.url}/api/channels/news/messages`, {
        method: "POST",
        headers: { authorization: `Bearer ${server.apiKey.key}`, "content-type": "application/json" },
        body: JSON.stringify({ data: long }),
      });
      assert.equal(published.status, 201);
      // The event stream goes on, and the next message does not wait for more to come.
      for (const client of clients) assert.equal((await client.next("message")).data, long);
      await server.push("news", "short");
      for (const client of clients) assert.equal((await client.next("message")).data, "short");
    });

    const onlyOnLinux = process.platform !== "linux" && "only Linux has 127.0.0.2 without being told";
    test("knows its clients by their own addresses, whatever they claim", {
      skip: onlyOnLinux,
    }, async (t) => {
      const server = await startTestServer(t, BEHIND_PROXY);
      const proxy = await startProxy(t, example, server.port);
      const client = await NativeClient.open(t, proxy, "user=ann", LIAR);
      await client.connected();
      const [line] = await server.logLines("session.connected");
      assert.equal(line?.["address"], "127.0.0.2");
    });

    test("accepts pages of its own name, and no others", async (t) => {
      const settings = { ...BEHIND_PROXY.settings, origins: ["https://elsewhere.example"] };
      const server = await startTestServer(t, { ...BEHIND_PROXY, settings });
      const proxy = await startProxy(t, example, server.port);
      const client = await NativeClient.open(t, proxy, "user=ann", { origin: proxy.url });
      await client.connected();
      await assert.rejects(NativeClient.open(t, proxy, "user=ann", { origin: "http://127.0.0.1:1" }), /403/);
    });

    test("keeps a quiet connection, whose pings come sooner than the proxy's patience ends", async (t) => {
      const sessions = { pingIntervalMs: 250 };
      const server = await startTestServer(t, { settings: { ...BEHIND_PROXY.settings, sessions } });
      const configure: ProxyExample["configure"] = (text, ...rest) =>
        example.configure(text.replaceAll("90s", "3s"), ...rest);
      const proxy = await startProxy(t, { ...example, configure }, server.port);
      const client = await NativeClient.open(t, proxy, "user=ann");
      await client.connected();
      await client.pinged(16);
    });
  });
}
