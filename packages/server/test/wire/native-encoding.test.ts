import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodePush, ERRORS, PUSH_SCHEMAS, type Push as NativePush, Problem } from "@tidewire/protocol";
import fc from "fast-check";
import type { Message, Publisher } from "../../src/core/message.ts";
import type { Member, Push } from "../../src/core/push.ts";
import { refuse } from "../../src/core/refusal.ts";
import { NativeEncoding, storedMessageJson } from "../../src/wire/native/native-encoding.ts";

const ENCODING = new NativeEncoding(
  { frame: (json) => Buffer.from(json), join: (pieces) => Buffer.concat(pieces) },
  { pingIntervalMs: 25_000, maxMessageBytes: 65_536 },
);

/** What the bytes say to a client, checked against the protocol's own schema for that type. */
function read(bytes: Uint8Array): NativePush {
  const text = Buffer.from(bytes).toString();
  const push = decodePush(text);
  assert.ok(push !== undefined, `a client cannot read ${text}`);
  const known = PUSH_SCHEMAS[push.type].read(JSON.parse(text));
  assert.ok(!(known instanceof Problem), `${text}: ${known instanceof Problem ? known.message : ""}`);
  assert.deepEqual(known, JSON.parse(text), "nothing in it is unknown to the protocol");
  return push;
}

/** Texts that break what is put together carelessly. */
const hostile = fc.oneof(
  fc.string({ minLength: 1, maxLength: 40 }),
  fc.constantFrom(
    '"',
    "\\",
    '","type":"disconnect"',
    "</script>",
    "\u2028",
    "\u0000",
    "😀",
    "__proto__",
    "\r\n",
  ),
);
const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
const offset = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const request = fc.option(fc.integer({ min: 1 }));
const json = fc.jsonValue().map((value) => JSON.stringify(value));
const channel = fc.constantFrom("news", "chat.a/b:c", "@u=2E1", "a,b;c=@");
const user = fc.option(hostile.filter((text) => !/\p{Surrogate}/u.test(text)));
const member: fc.Arbitrary<Member> = fc.record({ user, connection: word, infoJson: fc.option(json) });
const publisher: fc.Arbitrary<Publisher> = fc.oneof(
  fc.constant({ kind: "api" as const }),
  fc.record({ kind: fc.constant("client" as const), user, connection: word }),
);
const position = fc.option(fc.record({ epoch: word.filter((epoch) => epoch !== "last"), offset }));
const message: fc.Arbitrary<Message> = fc
  .record({
    position,
    id: fc.stringMatching(/^[ -~]{1,40}$/),
    timeMs: fc.integer({ min: 0, max: 1e13 }),
    from: publisher,
    key: fc.option(hostile),
    priority: fc.constantFrom("high" as const, null),
    exclude: fc.option(word),
    dataJson: json,
  })
  .map(({ position: at, ...fields }) => {
    return { channel: "news", epoch: at?.epoch ?? null, offset: at?.offset ?? null, ...fields };
  });

const epoch = word.filter((text) => text !== "last");
const rate = fc.double({ min: 0.01, max: 1000, noNaN: true });
const push: fc.Arbitrary<Push> = fc.oneof(
  fc.record({
    kind: fc.constant("connected" as const),
    request,
    connection: word,
    session: word,
    user,
    timeMs: fc.integer({ min: 0 }),
  }),
  fc.record({
    kind: fc.constant("subscribed" as const),
    request,
    channel,
    head: fc.option(fc.record({ epoch, offset })),
    timeMs: fc.option(fc.nat()),
    recovered: fc.boolean(),
    unread: fc.option(offset),
    deliver: fc.constantFrom("all" as const, "latest" as const),
    maxRate: fc.option(rate),
  }),
  fc.record({ kind: fc.constant("rate" as const), request, channel, maxRate: fc.option(rate) }),
  fc.record({
    kind: fc.constant("gap" as const),
    channel,
    epoch,
    from: fc.option(offset),
    to: offset,
    reason: fc.constantFrom("expired" as const, "epoch" as const, "purged" as const, "limit" as const),
  }),
  fc.record({ kind: fc.constant("position" as const), channel, epoch, offset }),
  fc.record({ kind: fc.constantFrom("join" as const, "leave" as const), channel, members: fc.array(member) }),
  fc.record({
    kind: fc.constant("presence" as const),
    request,
    channel,
    members: fc.array(member),
    count: fc.option(offset),
  }),
  fc.record({ kind: fc.constant("unsubscribed" as const), request, channel, reason: fc.option(hostile) }),
  fc.record({ kind: fc.constant("acked" as const), request, channel, offset, unread: offset }),
  fc.record({
    kind: fc.constant("error" as const),
    request,
    channel: fc.option(hostile),
    refusal: fc.oneof(
      fc
        .record({ code: fc.constantFrom("not_available" as const, "too_deep" as const), message: hostile })
        .map(({ code, message }) => refuse(code, message)),
      fc
        .record({ message: hostile, reason: word })
        .map(({ message, reason }) => ({ ...refuse("permission_denied", message), reason })),
    ),
  }),
  fc.record({
    kind: fc.constant("disconnect" as const),
    code: fc.integer({ min: 4000, max: 4999 }),
    reason: hostile,
    retryAfterMs: fc.nat(),
  }),
);

describe("the native encoding", () => {
  test("whatever the core says, a client can read it, and the protocol knows every field", () => {
    fc.assert(
      fc.property(push, (one) => {
        const native = read(ENCODING.push(one));
        assert.equal(native.type, one.kind);
        if ("request" in one) assert.equal("id" in native ? native.id : null, one.request);
        if ("channel" in one) assert.equal("channel" in native ? native.channel : null, one.channel);
        if ("count" in one) assert.equal("count" in native ? native.count : null, one.count);
        if ("members" in one) {
          assert.ok("members" in native);
          assert.deepEqual(
            native.members.map(({ user: known, connection, info }) => [known ?? null, connection, info]),
            one.members.map(({ user: known, connection, infoJson }) => [
              known,
              connection,
              infoJson === null ? undefined : JSON.parse(infoJson),
            ]),
          );
        }
        if ("reason" in one && one.reason !== null)
          assert.ok("reason" in native && native.reason === one.reason);
      }),
      { numRuns: 1000 },
    );
  });

  test("a message says what was published, whatever texts are in it", () => {
    fc.assert(
      fc.property(message, fc.nat(3), (one, dropped) => {
        const native = read(ENCODING.message(one, dropped));
        assert.ok(native.type === "message");
        assert.deepEqual(native.data, JSON.parse(one.dataJson));
        assert.deepEqual([native.id, native.time], [one.id, one.timeMs]);
        assert.deepEqual([native.epoch ?? null, native.offset ?? null], [one.epoch, one.offset]);
        assert.equal(native.key ?? null, one.key);
        assert.equal(native.dropped ?? 0, dropped);
        const { from } = one;
        if (from.kind === "api") assert.deepEqual(native.from, { api: true });
        else
          assert.deepEqual(native.from, {
            ...(from.user === null ? {} : { user: from.user }),
            connection: from.connection,
          });
        assert.ok(!("exclude" in native) && !("priority" in native), "what is for the server stays there");
      }),
      { numRuns: 500 },
    );
  });

  test("history gives a message as message does, but for type and channel", () => {
    fc.assert(
      fc.property(message, (one) => {
        const live = read(ENCODING.message(one, 0));
        const stored: object = JSON.parse(storedMessageJson(one));
        assert.deepEqual({ type: "message", channel: one.channel, ...stored }, live);
      }),
    );
  });

  test("numbers are not rounded on their way through", () => {
    const [one] = fc.sample(message, 1);
    assert.ok(one !== undefined);
    const text = Buffer.from(ENCODING.message({ ...one, dataJson: "12345678901234567890.10" }, 0)).toString();
    assert.ok(text.includes('"data":12345678901234567890.10'));
  });

  test("an error tells whether to try again, and a disconnect whether to come back", () => {
    const error = read(
      ENCODING.push({
        kind: "error",
        request: null,
        channel: null,
        refusal: refuse("not_available", "later"),
      }),
    );
    assert.deepEqual(error, { type: "error", code: "not_available", message: "later", retryable: true });
    assert.equal(ERRORS.not_available.retryable, true);
    for (const [code, reconnect] of [
      [4000, true],
      [4399, true],
      [4400, false],
      [4999, false],
    ] as const) {
      const disconnect = read(ENCODING.push({ kind: "disconnect", code, reason: "bye", retryAfterMs: 5 }));
      assert.ok(disconnect.type === "disconnect");
      assert.deepEqual([disconnect.code, disconnect.reconnect], [code, reconnect]);
    }
  });
});
