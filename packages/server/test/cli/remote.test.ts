import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it, type TestContext } from "node:test";
import { NativeClient } from "../support/native-client.ts";
import { type Run, run } from "../support/run-program.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const folder = mkdtempSync(join(tmpdir(), "tidewire-remote-"));
after(() => rmSync(folder, { recursive: true }));

/** Runs a command against a server that is named by variables. */
function against(server: TestServer, args: readonly string[], input = "", isPiped = false): Promise<Run> {
  const env = { TIDEWIRE_URL: server.url, TIDEWIRE_API_KEY: server.apiKey.key };
  return run(args, env, input, { isPiped });
}

async function dataOf(server: TestServer, channel: string): Promise<readonly unknown[]> {
  const { body } = await server.api("GET", `/api/channels/${encodeURIComponent(channel)}/messages`);
  const messages = body["messages"];
  assert.ok(Array.isArray(messages));
  return messages.map((message: Readonly<Record<string, unknown>>) => message["data"]);
}

interface ChannelPage {
  readonly channels: readonly { readonly channel: string }[];
}

async function started(t: TestContext): Promise<TestServer> {
  return startTestServer(t);
}

describe("tidewire publish", () => {
  it("just works on the machine of the server: address and key come from its settings and its data folder", async (t) => {
    const data = join(folder, "own");
    const server = await startTestServer(t, { data, settings: { apiKeys: [] } });
    const flags = ["--data", data, "--port", String(server.port)];
    const { printed, complaints, status } = await run(["publish", "news", '{"text":"hi"}', ...flags]);
    assert.deepEqual([status, complaints], [0, []]);
    assert.match(printed.join(), /^news {2}[\w-]+:1 {2}0 subscribers$/);
    assert.deepEqual(await dataOf(server, "news"), [{ text: "hi" }]);
  });

  it("sends what the API takes: several channels, users, key, priority, id and exclude", async (t) => {
    const server = await started(t);
    const client = await NativeClient.open(t, server, "channels=a,b");
    const connected = await client.next("connected");
    await client.next("subscribed");
    await client.next("subscribed");
    const flags = ["--key", "k", "--priority", "high", "--id", "order-1"];
    const first = await against(server, ["publish", "a,b", "1.50", ...flags]);
    assert.equal(first.printed.length, 2);
    assert.match(first.printed[0] ?? "", /^a {2}[\w-]+:1 {2}1 subscriber$/);
    const message = await client.next("message");
    assert.deepEqual([message.key, message.id], ["k", "order-1"]);
    await client.next("message");
    const again = await against(server, ["publish", "a", "1.50", ...flags]);
    assert.match(again.printed[0] ?? "", /:1 .*stored before/, "an id makes it repeatable");
    await against(server, ["publish", "a", '"not for it"', "--exclude", connected.connection]);
    const seen = await client.settled();
    assert.deepEqual(
      seen.filter(({ type }) => type === "message"),
      [],
    );
    const inbox = await against(server, ["publish", "--user", "ann", "--user", "bob", '"for you"']);
    assert.deepEqual(
      inbox.printed.map((line) => line.split(" ")[0]),
      ["@ann", "@bob"],
    );
  });

  it("takes each line of its input for a message, in order, and keeps numbers as they were written", async (t) => {
    const server = await started(t);
    const lines = Array.from({ length: 1203 }, (_, index) => `{"n":${index}.50}`);
    const { printed, status } = await against(
      server,
      ["publish", "lines", "--id", "run"],
      `\n${lines.join("\n")}`,
      true,
    );
    assert.equal(status, 0);
    assert.equal(printed.length, 1203);
    const results = printed.map((line) => JSON.parse(line));
    assert.deepEqual([results[0].id, results[1202].id, results[1202].offset], ["run:0", "run:1202", 1203]);
    const headers = { authorization: `Bearer ${server.apiKey.key}` };
    const stored = await (
      await fetch(`${server.url}/api/channels/lines/messages?limit=1`, { headers })
    ).text();
    assert.match(stored, /\{"n":\d+\.50\}/);
  });

  it("takes a text only when it is told that it is one", async (t) => {
    const server = await started(t);
    const wrong = await against(server, ["publish", "news", "hello"]);
    assert.equal(wrong.status, 1);
    assert.match(wrong.complaints.join(), /^tidewire: The data is not JSON .*--text/);
    assert.equal((await against(server, ["publish", "news", "hello", "--text"])).status, 0);
    assert.deepEqual(await dataOf(server, "news"), ["hello"]);
  });

  it("ends with 1 when the server refuses one message, and says which and why", async (t) => {
    const apiKeys = [{ name: "narrow", key: "a-narrow-key", scopes: ["publish"], channels: ["news"] }];
    const server = await startTestServer(t, { settings: { apiKeys } });
    const { printed, complaints, status } = await against(server, ["publish", "other,news", "1"]);
    assert.equal(status, 1);
    assert.equal(printed.length, 1);
    assert.match(complaints.join(), /^tidewire: .*other/);
  });
});

describe("a command that talks to a server", () => {
  it("says so when nobody answers, and how to start one", async () => {
    const flags = ["--url", "http://127.0.0.1:1", "--api-key", "k"];
    const { complaints, status } = await run(["channels", ...flags]);
    assert.equal(status, 1);
    assert.match(
      complaints.join(),
      /^tidewire: No server answers at http:\/\/127\.0\.0\.1:1 .*tidewire serve/,
    );
  });

  it("says what the server says when the key is wrong", async (t) => {
    const server = await started(t);
    const { complaints } = await run(["channels", "--url", `${server.url}/`, "--api-key", "wrong"]);
    assert.match(complaints.join(), /^tidewire: The server refuses \(401 \w+\)\. /);
  });

  it("sends this machine's key to no other one, unless its folder is named", async () => {
    const url = ["--url", "https://push.example.com"];
    const { complaints, status } = await run(["channels", ...url]);
    assert.equal(status, 1);
    assert.match(complaints.join(), /The key of https:\/\/push\.example\.com is not known here/);
    const named = await run(["channels", ...url, "--data", join(folder, "nothing")]);
    assert.match(named.complaints.join(), /There is no API key in .*nothing/);
  });

  it("refuses an address that is none", async () => {
    const { complaints } = await run(["channels", "--url", "127.0.0.1:8080"]);
    assert.match(complaints.join(), /127\.0\.0\.1:8080 is not the URL of a server/);
  });

  it("needs no key and no server for its help", async () => {
    const { complaints } = await run(["kick"]);
    assert.match(complaints.join(), /Name a user or --connection/);
  });
});

describe("tidewire kick", () => {
  it("sends a user away with a reason, bans, and lifts the ban", async (t) => {
    const server = await started(t);
    const client = await NativeClient.open(t, server, "user=ann");
    await client.next("connected");
    const { printed } = await against(server, ["kick", "ann", "--reason", "spam", "--ban", "10m"]);
    assert.match(printed.join(), /^ann: banned until \d{4}-.*Z, 1 session ended\.$/);
    const { reason, reconnect } = await client.next("disconnect");
    assert.deepEqual([reason, reconnect], ["spam", false]);
    const lifted = await against(server, ["kick", "ann", "--unban"], "", true);
    assert.deepEqual(JSON.parse(lifted.printed.join()), { user: "ann", lifted: true });
    const again = await against(server, ["kick", "ann", "--unban"]);
    assert.deepEqual(again.printed, ["ann: there was no ban."]);
  });

  it("sends one connection away, or one device of a user, with a code", async (t) => {
    const server = await started(t);
    const client = await NativeClient.open(t, server, "user=eve");
    const { connection } = await client.next("connected");
    const { printed } = await against(server, ["kick", "--connection", connection, "--code", "4444"]);
    assert.deepEqual(printed, [`The connection ${connection} was sent away.`]);
    assert.equal((await client.closed).code, 4444);
    const nobody = await against(server, ["kick", "eve", "--device", "phone", "--code", "4401"]);
    assert.deepEqual(nobody.printed, ["eve: 0 sessions ended."]);
  });

  it("refuses flags that do not go together", async () => {
    const { complaints, status } = await run(["kick", "ann", "--ban", "10m", "--device", "phone"]);
    assert.equal(status, 1);
    assert.deepEqual(complaints, ["tidewire: --device does not go with --ban."]);
  });
});

describe("tidewire channels", () => {
  it("lists positions and subscribers by name, page by page", async (t) => {
    const server = await startTestServer(t, {
      settings: { channels: [{ match: "room.*", presence: true }] },
    });
    for (const name of ["news", "room.1", "room.2", "room.3"]) await server.push(name, 1);
    await server.push("room.2", 2);
    const client = await NativeClient.open(t, server, "channels=room.2");
    await client.next("subscribed");
    const { printed, status } = await against(server, ["channels", "room.*", "--limit", "2"]);
    assert.equal(status, 0);
    const rows = printed.map((line) => line.trim().split(/ {2,}/));
    assert.deepEqual(rows[0], ["channel", "subscribers", "offset", "epoch", "members"]);
    assert.deepEqual(rows[1]?.toSpliced(3, 1), ["room.1", "0", "1", "0"]);
    assert.deepEqual(rows[2]?.toSpliced(3, 1), ["room.2", "1", "2", "1"]);
    assert.match(printed.at(-1) ?? "", /^There are more: --after /);
    const cursor = printed.at(-1)?.split(" ").at(-1) ?? "";
    const next = await against(server, ["channels", "room.*", "--after", cursor], "", true);
    const page: ChannelPage = JSON.parse(next.printed.join("\n"));
    assert.deepEqual(
      page.channels.map(({ channel }) => channel),
      ["room.3"],
    );
    assert.equal("cursor" in page, false, "it was the last page");
  });

  it("says so when there is none", async (t) => {
    const server = await started(t);
    const { printed } = await against(server, ["channels"]);
    assert.deepEqual(printed, ["No channel holds messages or has subscribers."]);
  });
});
