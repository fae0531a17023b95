import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Refusal } from "../../src/core/refusal.ts";
import { type LineAction, readLine } from "../../src/wire/lines/line-request.ts";

function ask(line: Readonly<Record<string, unknown>>): LineAction | Refusal {
  const read = readLine(JSON.stringify({ from: "api", key: "k", ...line }), 10);
  assert.ok(read.ok, "the line itself is understood");
  return read.ask;
}

describe("a line of raw TCP", () => {
  test("publishes to a channel unless it asks for something else", () => {
    const published = ask({ channel: "news", data: { a: 1 } });
    assert.ok(!("code" in published) && published.action === "publish");
    assert.deepEqual(published.item, {
      channels: ["news"],
      isList: false,
      dataJson: '{"a":1}',
      id: null,
      key: null,
      priority: null,
      exclude: null,
    });
    assert.deepEqual(ask({ action: "publish", channel: "news", data: { a: 1 } }), published);
  });

  test("calls the key of a message messageKey, since key is the API key", () => {
    const published = ask({ channel: "stock", data: 1, messageKey: "ACME" });
    assert.ok(!("code" in published) && published.action === "publish");
    assert.equal(published.item.key, "ACME");
  });

  test("keeps its data as it was written", () => {
    const read = readLine('{"from":"api","key":"k","channel":"c","data":[1.50, 12345678901234567890]}', 10);
    assert.ok(read.ok && !("code" in read.ask) && read.ask.action === "publish");
    assert.equal(read.ask.item.dataJson, "[1.50,12345678901234567890]");
  });

  test("broadcasts, disconnects, bans and lifts bans", () => {
    assert.deepEqual(ask({ action: "broadcast", data: null }), { action: "broadcast", dataJson: "null" });
    assert.deepEqual(ask({ action: "disconnect", user: "ann", reason: "spam", code: 4500 }), {
      action: "disconnect",
      target: { user: "ann" },
      ending: { code: 4500, reason: "spam", retryAfterMs: 0 },
      options: { device: null, revoke: false },
    });
    const ofDevice = ask({ action: "disconnect", user: "ann", device: "phone", revoke: true });
    assert.ok("options" in ofDevice);
    assert.deepEqual(ofDevice.options, { device: "phone", revoke: true });
    assert.deepEqual(ask({ action: "disconnect", connection: "c1" }), {
      action: "disconnect",
      target: { connection: "c1" },
      ending: { code: 4400, reason: "closed by the server", retryAfterMs: 0 },
      options: { device: null, revoke: false },
    });
    assert.deepEqual(ask({ action: "ban", user: "ann", for: "10m", reason: "spam" }), {
      action: "ban",
      user: "ann",
      ban: { forMs: 600_000, ending: { code: 4403, reason: "spam", retryAfterMs: 0 } },
    });
    assert.deepEqual(ask({ action: "unban", user: "ann" }), { action: "unban", user: "ann" });
  });

  for (const [why, line, code] of [
    ["no target", { data: 1 }, "bad_request"],
    ["two targets", { channel: "a", user: "b", data: 1 }, "bad_request"],
    ["no data", { channel: "a" }, "invalid_field"],
    ["a broadcast without data", { action: "broadcast" }, "invalid_field"],
    ["a channel with a space", { channel: "a b", data: 1 }, "invalid_channel"],
    ["a reserved channel", { channel: "#meta", data: 1 }, "invalid_channel"],
    ["a channel that is a number", { channel: 7, data: 1 }, "invalid_channel"],
    ["an unknown action", { action: "shutdown" }, "invalid_field"],
    ["an action that is no text", { action: {} }, "invalid_field"],
    ["a kick without a user", { action: "disconnect" }, "invalid_field"],
    ["a kick of nobody", { action: "disconnect", user: "" }, "invalid_field"],
    [
      "a kick of a user and one connection of it",
      { action: "disconnect", user: "a", connection: "c" },
      "invalid_field",
    ],
    ["a connection and its tokens", { action: "disconnect", connection: "c", revoke: true }, "invalid_field"],
    ["a connection that is no text", { action: "disconnect", connection: 7 }, "invalid_field"],
    ["a ban of nobody", { action: "ban" }, "invalid_field"],
    ["a ban whose time is none", { action: "ban", user: "a", for: "soon" }, "invalid_field"],
    ["the lifting of nobody's ban", { action: "unban" }, "invalid_field"],
    [
      "a kick whose code lets the user come back",
      { action: "disconnect", user: "a", code: 4000 },
      "invalid_field",
    ],
  ] as const) {
    test(`is refused for ${why}`, () => {
      const refused = ask(line);
      assert.ok("code" in refused, "it must be refused");
      assert.equal(refused.code, code);
    });
  }

  test("is not looked at closely before its key was compared", () => {
    const read = readLine('{"from":"api","key":"wrong","channel":"a b"}', 10);
    assert.ok(read.ok, "whoever has no key learns nothing about the rest");
    assert.equal(read.key, "wrong");
  });

  for (const [why, text, code] of [
    ["nothing that says that it comes from the backend", '{"key":"k","channel":"a","data":1}', "bad_request"],
    ["no key", '{"from":"api","channel":"a","data":1}', "unauthorized"],
    ["a key that is no text", '{"from":"api","key":["k"],"channel":"a","data":1}', "unauthorized"],
    ["no object", "[1]", "malformed_json"],
    ["nothing", "null", "malformed_json"],
    ["half of a line", '{"from":"api"', "malformed_json"],
    ["HTTP", "GET / HTTP/1.1", "malformed_json"],
    ["too many levels", `{"from":"api","key":"k","data":${"[".repeat(64)}${"]".repeat(64)}}`, "too_deep"],
  ] as const) {
    test(`is refused for ${why}`, () => {
      const refused = readLine(text, 10);
      assert.ok(!refused.ok);
      assert.equal(refused.code, code);
    });
  }

  test("whatever it holds, is read or refused, and never throws", () => {
    const fields = [
      "from",
      "key",
      "action",
      "channel",
      "channels",
      "user",
      "users",
      "data",
      "id",
      "code",
      "reason",
    ];
    const line = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.oneof(
          line.map((value) => JSON.stringify({ from: "api", key: "k", ...value })),
          fc.string(),
        ),
        (text) => {
          readLine(text, 10);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
