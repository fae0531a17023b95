import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { NativeClient } from "../support/native-client.ts";
import { sendCommand } from "../support/send-command.ts";
import { type StartOptions, startTestServer, type TestServer } from "../support/start-test-server.ts";
import { inSeconds, SECRET, tokenOf } from "../support/tokens.ts";

const CHANNELS = [
  { match: "open.**", subscribe: "anyone", publish: "anyone" },
  { match: "users.**", subscribe: "users", publish: "users" },
  { match: "token.**", subscribe: "token", publish: "token" },
  { match: "closed.**", subscribe: "server", publish: "server" },
];

/** A server that knows its clients by tokens. */
async function startWithTokens(
  t: TestContext,
  settings: Readonly<Record<string, unknown>> = {},
  options: StartOptions = {},
): Promise<TestServer> {
  const auth = { secrets: [SECRET] };
  return startTestServer(t, {
    ...options,
    settings: { auth, channels: CHANNELS, demos: false, ...settings },
  });
}

async function signIn(
  t: TestContext,
  server: TestServer,
  claims: Readonly<Record<string, unknown>>,
): Promise<NativeClient> {
  const client = await NativeClient.open(t, server, `token=${tokenOf(claims)}`);
  await client.connected();
  return client;
}

/** What becomes of subscribing and of publishing: each is `yes` or the code of the error. */
async function allowed(client: NativeClient, channel: string, id: number): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const command of [
    { type: "subscribe", id, channel },
    { type: "publish", id: id + 1, channel, data: 1 },
  ]) {
    client.send(command);
    const answer = await client.until((push) => "id" in push && push.id === command.id, `${command.id}`);
    answers.push(answer.type === "error" ? answer.code : "yes");
  }
  return answers;
}

const NO = "permission_denied";

describe("a client with a token", () => {
  test("is the token's user, whichever way the token comes", async (t) => {
    const server = await startWithTokens(t);
    const token = tokenOf({ sub: "ann" });
    const byUrl = await NativeClient.open(t, server, `token=${token}`);
    const headers = { authorization: `Bearer ${token}` };
    const byHeader = await NativeClient.open(t, server, "", { headers });
    const byMessage = await NativeClient.open(t, server);
    byMessage.send({ type: "connect", id: 1, token });
    for (const client of [byUrl, byHeader, byMessage]) {
      assert.equal((await client.connected()).user, "ann");
      assert.equal((await client.next("subscribed")).channel, "@ann", "its inbox comes by itself");
    }
  });

  test("may do what the rules and its token say, and no more", async (t) => {
    const server = await startWithTokens(t);
    const channels = { subscribe: ["token.a", "closed.**"], publish: ["token.b", "closed.**"] };
    const client = await signIn(t, server, { sub: "ann", channels });
    assert.deepEqual(await allowed(client, "open.x", 10), ["yes", "yes"]);
    assert.deepEqual(await allowed(client, "users.x", 20), ["yes", "yes"]);
    assert.deepEqual(await allowed(client, "token.a", 30), ["yes", NO]);
    assert.deepEqual(await allowed(client, "token.b", 40), [NO, "yes"]);
    assert.deepEqual(await allowed(client, "token.c", 50), [NO, NO]);
    assert.deepEqual(await allowed(client, "closed.x", 60), [NO, NO], "a token does not make it the server");
  });

  test("reads nobody else's inbox, whatever its token grants", async (t) => {
    const server = await startWithTokens(t, {
      channels: [
        { match: "**", subscribe: "anyone" },
        { match: "@*", subscribe: "token", publish: "token" },
      ],
    });
    await server.push("@bob", "for bob");
    const everything = ["**", "*", "@*", "@bob"];
    const client = await signIn(t, server, {
      sub: "ann",
      channels: { subscribe: everything, publish: ["**"] },
    });
    assert.deepEqual(await allowed(client, "@bob", 10), [NO, NO], "** does not publish there either");
    client.send({ type: "history", id: 20, channel: "@bob", since: "earliest" });
    assert.equal((await client.answer("error", 20)).code, NO);
    client.send({ type: "presence", id: 21, channel: "@bob" });
    assert.equal((await client.answer("error", 21)).code, NO);
    const named = await signIn(t, server, { sub: "eve", channels: { publish: ["@bob"] } });
    assert.deepEqual(
      await allowed(named, "@bob", 10),
      [NO, "yes"],
      "a rule and a token that name it let it in",
    );
    const nobody = await signIn(t, server, { channels: { subscribe: everything } });
    assert.deepEqual(await allowed(nobody, "@bob", 10), [NO, NO], "nor does a token without a user");
  });

  test("shows what its token says of it, not what it says itself", async (t) => {
    const server = await startWithTokens(t, { channels: [{ match: "users.**", presence: true }] });
    const token = tokenOf({ sub: "ann", info: { name: "Ann" } });
    const client = await NativeClient.open(t, server);
    client.send({ type: "connect", id: 1, token, user: "admin", info: { name: "The boss" } });
    assert.equal((await client.connected()).user, "ann");
    client.send({ type: "subscribe", id: 2, channel: "users.x" });
    const { members } = await client.next("presence");
    assert.deepEqual(
      members.map(({ user, info }) => ({ user, info })),
      [{ user: "ann", info: { name: "Ann" } }],
    );
  });

  test("that is refused is told why, and closed with a code that tells it not to come back", async (t) => {
    const server = await startWithTokens(t);
    const byUrl = await NativeClient.open(
      t,
      server,
      `token=${tokenOf({ sub: "ann" }, { secret: `${SECRET}!` })}`,
    );
    assert.equal((await byUrl.next("error")).code, "token_invalid");
    assert.equal((await byUrl.closed).code, 4401);
    const late = await NativeClient.open(t, server);
    late.send({ type: "connect", id: 5, token: tokenOf({ sub: "ann", exp: inSeconds(-60) }) });
    assert.equal((await late.answer("error", 5)).code, "token_expired");
    assert.equal((await late.closed).code, 4101, "this one may come back, with a newer token");
    const empty = await NativeClient.open(t, server, "token=");
    assert.match((await empty.next("error")).message, /empty/);
  });
});

describe("a token at the doors without WebSocket", () => {
  test("says who a stream of events is, and lets its commands refresh it", async (t) => {
    const server = await startWithTokens(t, { auth: { secrets: [SECRET], clockToleranceMs: 0 } });
    const token = tokenOf({ sub: "ann", exp: Date.now() / 1000 + 6, channels: { subscribe: ["token.a"] } });
    const stream = await EventStreamClient.open(t, server, `channels=token.a,token.b&token=${token}`);
    const { session, user } = await stream.connected();
    assert.equal(user, "ann");
    assert.equal((await stream.next("error")).channel, "token.b");
    await stream.next("refresh");
    const exp = inSeconds(3600);
    const newer = tokenOf({ sub: "ann", exp, channels: { subscribe: [] } });
    const { status, frame } = await sendCommand(server, session, { type: "refresh", id: 1, token: newer });
    assert.deepEqual([status, frame], [200, { type: "refreshed", id: 1, expiresAt: exp * 1000 }]);
    const ended = await stream.until(({ type }) => type === "unsubscribed", "unsubscribed");
    assert.ok("channel" in ended && ended.channel === "token.a");
    const stranger = await sendCommand(server, session, {
      type: "refresh",
      id: 2,
      token: tokenOf({ sub: "eve" }),
    });
    assert.deepEqual([stranger.status, stranger.frame?.["code"]], [401, "token_invalid"]);
  });

  test("that is refused is answered with its status before anything else", async (t) => {
    const server = await startWithTokens(t);
    const headers = { authorization: `Bearer ${tokenOf({ sub: "ann" }, { secret: `${SECRET}!` })}` };
    for (const path of ["/events", "/poll"]) {
      const answer = await fetch(`${server.url}${path}?channels=open.x`, { headers });
      assert.equal(answer.status, 401, path);
      assert.match(await answer.text(), /token_invalid/);
    }
  });
});

describe("a client without a token, where tokens are known", () => {
  test("is anonymous: it uses what is for anyone, and nothing else", async (t) => {
    const server = await startWithTokens(t);
    const client = await NativeClient.open(t, server, "channels=open.x");
    assert.ok(!("user" in (await client.connected())));
    assert.deepEqual(await allowed(client, "open.y", 10), ["yes", "yes"]);
    for (const [index, channel] of ["users.x", "token.a", "closed.x", "@ann", "other"].entries()) {
      assert.deepEqual(await allowed(client, channel, 20 + 10 * index), [NO, NO], channel);
    }
  });

  test("may not name itself, in the URL or in connect", async (t) => {
    const server = await startWithTokens(t);
    const byUrl = await NativeClient.open(t, server, "user=ann");
    const byMessage = await NativeClient.open(t, server);
    byMessage.send({ type: "connect", id: 1, user: "ann" });
    for (const client of [byUrl, byMessage]) {
      const error = await client.next("error");
      assert.deepEqual([error.code, error.retryable], ["unauthorized", false]);
      assert.match(error.message, /Send a token whose sub is the user/);
      assert.equal((await client.closed).code, 4401);
    }
  });

  test("shows nothing of itself that nobody signed", async (t) => {
    const channels = [{ match: "open.**", subscribe: "anyone", presence: true }];
    const server = await startWithTokens(t, { channels });
    const client = await NativeClient.open(t, server);
    client.send({ type: "connect", id: 1, info: { name: "Admin" }, subscriptions: { "open.x": {} } });
    const { members } = await client.next("presence");
    assert.deepEqual(
      members.map((member) => "info" in member),
      [false],
    );
  });

  test("does not go on with the session of somebody who had one", async (t) => {
    const server = await startWithTokens(t);
    const ann = await NativeClient.open(t, server, `token=${tokenOf({ sub: "ann" })}`);
    const { session, connection } = await ann.connected();
    ann.socket.terminate();
    const thief = await NativeClient.open(t, server);
    thief.send({ type: "connect", id: 1, session });
    const connected = await thief.connected();
    assert.ok(!("user" in connected));
    assert.notEqual(connected.connection, connection);
    const other = await NativeClient.open(t, server);
    other.send({ type: "connect", id: 1, session, token: tokenOf({ sub: "eve" }) });
    assert.notEqual((await other.connected()).connection, connection);
    const back = await NativeClient.open(t, server);
    back.send({ type: "connect", id: 1, session, token: tokenOf({ sub: "ann" }) });
    assert.equal((await back.connected()).connection, connection);
  });
});

describe("a token is refreshed", () => {
  test("in place: the connection stays, and the answer tells when the new one ends", async (t) => {
    const server = await startWithTokens(t);
    const client = await signIn(t, server, { sub: "ann" });
    const exp = inSeconds(7200);
    client.send({ type: "refresh", id: 3, token: tokenOf({ sub: "ann", exp }) });
    assert.equal((await client.answer("refreshed", 3)).expiresAt, exp * 1000);
    assert.equal(client.isClosed, false);
  });

  test("and takes away what it no longer grants, with a reason, and gives what it grants newly", async (t) => {
    const server = await startWithTokens(t);
    const before = { subscribe: ["token.a", "token.b"], publish: ["token.a"] };
    const client = await signIn(t, server, { sub: "ann", channels: before });
    for (const [id, channel] of ["token.a", "token.b", "open.x"].entries()) {
      client.send({ type: "subscribe", id: id + 1, channel });
      await client.answer("subscribed", id + 1);
    }
    const channels = { subscribe: ["token.b", "token.c"] };
    client.send({ type: "refresh", id: 9, token: tokenOf({ sub: "ann", channels }) });
    const ended = await client.next("unsubscribed");
    assert.equal(ended.channel, "token.a");
    assert.match(ended.reason ?? "", /new token/);
    await client.answer("refreshed", 9);
    assert.deepEqual(await allowed(client, "token.a", 10), [NO, NO]);
    assert.deepEqual(await allowed(client, "token.c", 20), ["yes", NO]);
    for (const channel of ["token.a", "token.b", "open.x"]) await server.push(channel, channel);
    const received = await client.messages(2);
    assert.deepEqual(received.map(({ channel }) => channel).toSorted(), ["open.x", "token.b"]);
    const frames = await client.settled();
    assert.ok(!frames.some(({ type }) => type === "message" || type === "unsubscribed"));
  });

  test("never into another user's, nor by one that is worth nothing; the older one goes on counting", async (t) => {
    const server = await startWithTokens(t);
    const client = await signIn(t, server, { sub: "ann" });
    const refused: readonly (readonly [string, string])[] = [
      [tokenOf({ sub: "eve" }), "token_invalid"],
      [tokenOf({}), "token_invalid"],
      [tokenOf({ sub: "ann", exp: inSeconds(-60) }), "token_expired"],
      [tokenOf({ sub: "ann" }, { secret: `${SECRET}!` }), "token_invalid"],
      ["nonsense", "token_invalid"],
    ];
    for (const [index, [token, code]] of refused.entries()) {
      client.send({ type: "refresh", id: index + 1, token });
      assert.equal((await client.answer("error", index + 1)).code, code);
    }
    assert.deepEqual(await allowed(client, "users.x", 20), ["yes", "yes"]);
  });

  test("only where there are tokens", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server, "user=ann");
    client.send({ type: "refresh", id: 1, token: tokenOf({ sub: "ann" }) });
    assert.equal((await client.answer("error", 1)).code, "bad_request");
  });
});

test("a token that runs out is asked for, and then closes its connection with 4101", async (t) => {
  const auth = { secrets: [SECRET], clockToleranceMs: 0 };
  const server = await startWithTokens(t, { auth });
  const client = await signIn(t, server, { sub: "ann", exp: Date.now() / 1000 + 4 });
  const { expiresInMs } = await client.next("refresh");
  assert.ok(expiresInMs > 0 && expiresInMs <= 2000, String(expiresInMs));
  const disconnect = await client.next("disconnect");
  assert.deepEqual([disconnect.code, disconnect.reconnect], [4101, true]);
  assert.equal((await client.closed).code, 4101);
});
