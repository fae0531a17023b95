import assert from "node:assert/strict";
import { test } from "node:test";
import type { TidewireError } from "@tidewire/client";
import { startClient } from "./support/start-client.ts";

/** Lets promises that are settled already run their course. */
async function settle(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

test("a fixed token and who one is go into connect", (t) => {
  const { host } = startClient(t, {
    token: "jwt",
    user: "u1",
    info: { name: "Ann" },
    name: "app",
    version: "2",
  });
  const { token, user, info, client } = host.welcome();
  assert.deepEqual(
    { token, user, info, client },
    {
      token: "jwt",
      user: "u1",
      info: { name: "Ann" },
      client: { name: "app", version: "2" },
    },
  );
});

test("getToken is asked once and its token used again on the next connection", async (t) => {
  let asked = 0;
  const { host } = startClient(t, { getToken: () => Promise.resolve(`jwt${++asked}`) });
  assert.equal(host.sockets.length, 0, "first the token");
  await settle();
  assert.equal(host.welcome().token, "jwt1");
  host.socket.end(1006);
  host.advance(1000);
  assert.equal(host.welcome("c2").token, "jwt1");
});

test("a getToken that fails or throws is reported and asked again", async (t) => {
  let asked = 0;
  const { host, client } = startClient(t, {
    getToken: () => {
      asked += 1;
      if (asked === 1) throw new Error("no network");
      return asked === 2 ? Promise.reject(new Error("no network")) : "jwt";
    },
  });
  const errors: TidewireError[] = [];
  client.on("error", (error) => errors.push(error));
  await settle();
  assert.equal(client.state.status === "offline" && client.state.code, "token_failed");
  host.advance(1000);
  await settle();
  host.advance(2000);
  await settle();
  assert.equal(host.welcome().token, "jwt");
  assert.deepEqual(
    errors.map(({ code, retryable }) => [code, retryable]),
    [
      ["token_failed", true],
      ["token_failed", true],
    ],
  );
});

test("a getToken that never answers does not keep the client connecting for good", async (t) => {
  let asked = 0;
  const { host, client } = startClient(t, {
    getToken: () => {
      asked += 1;
      return asked === 1 ? new Promise<string>(() => {}) : "jwt";
    },
  });
  host.advance(5000);
  assert.equal(client.state.status, "offline");
  host.advance(1000);
  await settle();
  host.welcome();
  assert.equal(client.state.status, "live");
});

test("a token that expires soon is replaced in place", async (t) => {
  let asked = 0;
  const { host, client } = startClient(t, { getToken: () => `jwt${++asked}` });
  await settle();
  host.welcome();
  host.socket.receive({ type: "refresh", expiresInMs: 60_000 });
  await settle();
  const [refresh] = host.socket.sentOf("refresh");
  assert.equal(refresh?.token, "jwt2");
  host.socket.receive({ type: "refreshed", id: refresh?.id ?? 0, expiresAt: 2_000_000 });
  assert.deepEqual([client.state.status, host.errors], ["live", []]);
});

test("an expired token is replaced by a newer one", async (t) => {
  let asked = 0;
  const { host, client } = startClient(t, { getToken: () => `jwt${++asked}` });
  await settle();
  host.welcome();
  host.socket.end(4101, "the token has expired");
  host.advance(1000);
  await settle();
  assert.equal(host.welcome("c2").token, "jwt2");
  assert.equal(client.state.status, "live");
});

test("without getToken an expired token is the end, and the client says so", (t) => {
  const { host, client } = startClient(t, { token: "jwt" });
  host.welcome();
  host.socket.receive({ type: "refresh", expiresInMs: 60_000 });
  host.socket.end(4101, "the token has expired");
  assert.deepEqual(client.state, {
    status: "closed",
    code: "token_expired",
    reason: "the token has expired",
  });
  assert.equal(host.errors.length, 1);
  host.advance(600_000);
  assert.equal(host.sockets.length, 1);
});

test("a token that arrives after close goes nowhere", async (t) => {
  const { host, client } = startClient(t, { getToken: () => Promise.resolve("jwt") });
  client.close();
  await settle();
  assert.deepEqual([host.sockets.length, host.timers], [0, 0]);
});
