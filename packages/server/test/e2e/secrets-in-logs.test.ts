import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LineClient } from "../support/line-client.ts";
import { NativeClient, refusedHandshake } from "../support/native-client.ts";
import { startTestServer } from "../support/start-test-server.ts";
import { inSeconds, SECRET, tokenOf } from "../support/tokens.ts";

const PAYLOAD = "nobody-but-its-reader-sees-this";
const API_KEY = "tw_the-key-that-no-log-ever-shows";
const WRONG_KEY = "tw_not-the-key-and-still-somebodys";

test("a whole run leaves no token, key, session or payload in the log, whatever goes wrong", async (t) => {
  const logs = await mkdtemp(join(tmpdir(), "tidewire-secrets-"));
  t.after(() => rm(logs, { recursive: true }));
  const keySet = createServer((_request, response) => response.end("{}")).listen(0, "127.0.0.1");
  await once(keySet, "listening");
  t.after(() => {
    keySet.closeAllConnections();
    keySet.close();
  });
  const address = keySet.address();
  assert.ok(typeof address === "object" && address !== null);
  const auth = {
    secrets: [SECRET],
    issuer: "me",
    audience: "push",
    jwks: { url: `http://127.0.0.1:${address.port}/keys?token=${PAYLOAD}` },
  };
  const server = await startTestServer(t, {
    logLevel: "debug",
    logDir: logs,
    settings: {
      auth,
      apiKeys: [API_KEY],
      channels: [{ match: "**", subscribe: "anyone", publish: "anyone" }],
    },
  });
  const issued = { iss: "me", aud: "push" };
  const good = tokenOf({ ...issued, sub: "ann", info: PAYLOAD });
  const newer = tokenOf({ ...issued, sub: "ann", info: PAYLOAD, exp: inSeconds(7200) });
  const tokens = [
    good,
    newer,
    tokenOf({ ...issued, sub: "ann", exp: inSeconds(-60) }),
    tokenOf({ ...issued, sub: 5, info: PAYLOAD }),
    tokenOf({ sub: "ann" }),
    tokenOf({ ...issued, sub: "ann" }, { secret: `${SECRET}!` }),
    `${good}x`,
    `not-a-token-${PAYLOAD}`,
    "e".repeat(9000),
  ];
  const sessions: string[] = [];
  for (const token of tokens) {
    const byUrl = await NativeClient.open(t, server, `token=${token}&channels=news`);
    const headers = { authorization: `Bearer ${token}` };
    const byHeader = await NativeClient.open(t, server, "", { headers });
    const byMessage = await NativeClient.open(t, server);
    byMessage.send({ type: "connect", id: 1, token });
    for (const client of [byUrl, byHeader, byMessage]) {
      const first = await client.frame();
      if (first.type === "connected") sessions.push(first.session);
    }
    for (const path of ["/events", "/poll"]) {
      const asked = await fetch(`${server.url}${path}?channels=a%20b&token=${token}`);
      await asked.text();
      const stream = await fetch(`${server.url}${path}?channels=news&waitMs=1`, { headers });
      if (stream.status !== 200) await stream.text();
      else await stream.body?.cancel();
    }
    for (const path of ["/nowhere", "/connect", "/api/info", "/%zz", "/demo/chat"]) {
      await (await fetch(`${server.url}${path}?token=${token}&key=${API_KEY}`)).text();
    }
    await refusedHandshake(server, `/connect?token=${token}&channels=a%20b`);
    await refusedHandshake(server, `/nowhere?token=${token}`);
  }
  assert.ok(sessions.length >= 6, "the good tokens were accepted");

  const client = await NativeClient.open(t, server, `token=${good}`);
  const { session } = await client.connected();
  sessions.push(session);
  client.send({ type: "publish", id: 1, channel: "news", data: { text: PAYLOAD } });
  await client.answer("published", 1);
  client.send({ type: "refresh", id: 2, token: newer });
  await client.answer("refreshed", 2);
  client.send({ type: "refresh", id: 3, token: `${good}x` });
  await client.answer("error", 3);
  client.sendText(`{"type":"publish","data":"${PAYLOAD}","token":"${good}"`);
  await client.next("error");
  client.send({ type: PAYLOAD });
  await client.next("error");
  for (const key of [API_KEY, WRONG_KEY]) {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    for (const body of [`{"data":"${PAYLOAD}"}`, `{"data":"${PAYLOAD}"`, `{"dat":"${PAYLOAD}"}`]) {
      const url = `${server.url}/api/channels/news/messages`;
      await (await fetch(url, { method: "POST", headers, body })).text();
    }
    const command = { ...headers, "tidewire-session": session };
    const body = JSON.stringify({ type: "publish", id: 9, channel: "news", data: PAYLOAD });
    await (await fetch(`${server.url}/command`, { method: "POST", headers: command, body })).text();
    const lines = await LineClient.open(t, server);
    lines.send(`${JSON.stringify({ from: "api", key, channel: "news", data: PAYLOAD })}\n{"key":"${key}"\n`);
    await lines.line();
  }
  await server.stop();

  const files = await Promise.all((await readdir(logs)).map((file) => readFile(join(logs, file), "utf8")));
  const log = files.join("\n");
  assert.ok(log.includes("session.connected") && log.includes("tokens.keys_unavailable"), "it was logged");
  const parts = tokens.flatMap((token) => token.split(".")).filter((part) => part.length > 12);
  for (const secret of [...parts, ...sessions, SECRET, API_KEY, WRONG_KEY, PAYLOAD]) {
    const at = log.indexOf(secret.slice(0, 40));
    // The header of every token is the same for everybody, and is told nowhere either.
    assert.equal(
      at,
      -1,
      `${secret.slice(0, 20)}… is in the log: ${log.slice(Math.max(0, at - 200), at + 60)}`,
    );
  }
});
