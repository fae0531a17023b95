import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { CliProcess } from "../support/cli-process.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer } from "../support/start-test-server.ts";
import { SECRET, tokenOf } from "../support/tokens.ts";

const noSighup = process.platform === "win32" ? "Windows has no SIGHUP" : false;

describe("a configuration that is read again", () => {
  test("takes channels away from those who may not read them any more, and from nobody else", async (t) => {
    const server = await startTestServer(t, { settings: { channels: [{ match: "open.*" }] } });
    const ann = await NativeClient.open(t, server, "user=ann&channels=open.1,news");
    await ann.next("subscribed");
    await ann.next("subscribed");
    const change = server.reconfigure({ channels: [{ match: "open.*", subscribe: "nobody" }] });
    assert.deepEqual(change, { changed: ["channels"], afterRestart: [] });
    const unsubscribed = await ann.next("unsubscribed");
    assert.equal(unsubscribed.channel, "open.1");
    assert.match(unsubscribed.reason ?? "", /rules have changed/);
    ann.send({ type: "subscribe", id: 1, channel: "open.2" });
    assert.equal((await ann.answer("error", 1)).code, "permission_denied");
    await server.push("news", "still here");
    assert.equal((await ann.next("message")).data, "still here");
  });

  test("switches presence on and off in a room where people are", async (t) => {
    const server = await startTestServer(t);
    const ann = await NativeClient.open(t, server, "user=ann&channels=room.1");
    await ann.next("subscribed");
    server.reconfigure({ channels: [{ match: "room.*", presence: true }] });
    const who = async () => (await ann.next("presence")).members.map(({ user }) => user);
    assert.deepEqual(await who(), ["ann"]);
    const bob = await NativeClient.open(t, server, "user=bob&channels=room.1");
    assert.deepEqual(
      (await ann.next("join")).members.map(({ user }) => user),
      ["bob"],
    );
    await bob.next("presence");
    server.reconfigure({});
    assert.deepEqual(await who(), []);
    bob.socket.close(1000);
    await bob.closed;
    await ann.settled();
    assert.ok(ann.frames.every(({ type }) => type !== "leave"));
    ann.send({ type: "presence", id: 1, channel: "room.1" });
    assert.equal((await ann.answer("error", 1)).code, "presence_off");
  });

  test("shortens a history at once, and switches one off when its last reader has left", async (t) => {
    const server = await startTestServer(t);
    const ann = await NativeClient.open(t, server, "user=ann&channels=news");
    await ann.next("subscribed");
    for (const data of [1, 2, 3]) await server.push("news", data);
    await ann.messages(3);
    server.reconfigure({ channels: [{ match: "news", history: { messages: 2 } }] });
    await server.push("news", 4);
    const bob = await NativeClient.open(t, server, "user=bob&channels=news&since=earliest");
    assert.deepEqual(
      (await bob.messages(2)).map(({ data }) => data),
      [3, 4],
    );
    bob.socket.close(1000);
    await bob.closed;

    server.reconfigure({ channels: [{ match: "news", history: "off" }] });
    assert.equal((await server.push("news", 5)).offset, 5, "ann's position still counts");
    ann.socket.close(1000);
    await ann.closed;
    await server.api("POST", "/api/users/ann/disconnect");
    assert.equal((await server.push("news", 6)).offset, undefined);
  });

  test("changes origins and keys of the API", async (t) => {
    const server = await startTestServer(t);
    const origin = "https://shop.example";
    const open = async () => NativeClient.open(t, server, "user=ann", { origin });
    await assert.rejects(open());
    server.reconfigure({ origins: [origin], apiKeys: ["another-key-of-the-tests"] });
    await (await open()).connected();
    assert.equal((await server.api("GET", "/api/info")).status, 401, "the old key is worth nothing");
    const headers = { authorization: "Bearer another-key-of-the-tests" };
    assert.equal((await server.api("GET", "/api/info", undefined, headers)).status, 200);
    server.reconfigure({ apiKeys: [] });
    for (const old of [{}, headers])
      assert.equal((await server.api("GET", "/api/info", undefined, old)).status, 401);
  });

  test("replaces the keys of tokens, and who is connected stays so", async (t) => {
    const other = "another secret of the tests, long enough";
    const server = await startTestServer(t, { settings: { auth: { secrets: [SECRET] } }, logLevel: "info" });
    const old = `token=${tokenOf({ sub: "ann" })}`;
    const ann = await NativeClient.open(t, server, old);
    await ann.connected();
    server.reconfigure({ auth: { secrets: [other] } });
    const refused = await NativeClient.open(t, server, old);
    assert.equal((await refused.next("error")).code, "token_invalid");
    const bob = await NativeClient.open(t, server, `token=${tokenOf({ sub: "bob" }, { secret: other })}`);
    assert.equal((await bob.connected()).user, "bob");
    assert.equal(server.reconfigure({}), null, "the server does not become open");
    assert.equal(server.reconfigure({ auth: { secrets: [other], keys: ["/nowhere/key.pem"] } }), null);
    const problems = (await server.logLines("config.refused")).map(({ problem }) => String(problem));
    assert.match(problems.join("\n"), /prove who they are.*\n.*auth\.keys\[0\]/s);
    await (
      await NativeClient.open(t, server, `token=${tokenOf({ sub: "bob" }, { secret: other })}`)
    ).connected();
    await ann.settled();
    assert.equal(ann.isClosed, false);
  });

  test("raises and lowers the limit of connections", async (t) => {
    const server = await startTestServer(t, { settings: { limits: { maxConnections: 1 } } });
    const ann = await NativeClient.open(t, server, "user=ann");
    await assert.rejects(NativeClient.open(t, server, "user=bob"));
    server.reconfigure({ limits: { maxConnections: 3 } });
    const bob = await NativeClient.open(t, server, "user=bob");
    server.reconfigure({ limits: { maxConnections: 1 } });
    await assert.rejects(NativeClient.open(t, server, "user=eve"));
    for (const client of [ann, bob]) await client.settled();
  });

  test("comes with SIGHUP, drops no connection, and changes nothing when it is wrong", {
    skip: noSighup,
  }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "tidewire-reload-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, "tidewire.yaml");
    await writeFile(file, "channels: []\n");
    const server = new CliProcess(["serve", "--port", "0", "--engine", "memory", "--config", file], {
      TIDEWIRE_API_KEY: "a-key-of-this-test",
    });
    t.after(() => server.kill("SIGKILL"));
    const [, , url = ""] = (await server.line(/^listening on /)).split(" ");
    const ann = await NativeClient.open(t, { wsUrl: url.replace(/^http/, "ws") }, "user=ann&channels=room.1");
    await ann.next("subscribed");

    await writeFile(file, "channels:\n  - match: room.*\n    presense: true\n");
    server.kill("SIGHUP");
    const refused = JSON.parse(await server.line(/"event":"config.refused"/));
    assert.equal(refused.level, "error");
    assert.match(refused.problem, /channels\[0\]\.presense is not a key of .* Did you mean presence\?/);

    await writeFile(file, "listen: { backlog: 7 }\nchannels:\n  - { match: room.*, presence: true }\n");
    server.kill("SIGHUP");
    const reloaded = JSON.parse(await server.line(/"event":"config.reloaded"/));
    assert.deepEqual(
      [reloaded.changed, reloaded.afterRestart],
      [["channels"], ["listen.backlog"]],
      server.out,
    );
    assert.equal((await ann.next("presence")).members.length, 1);
    assert.equal(ann.isClosed, false);
    server.kill("SIGTERM");
    assert.equal(await server.exited, 0);
  });
});
