import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Command, type CommandProblem, decodeCommand, encodeCommand } from "@tidewire/protocol";
import { command, textOf } from "./support/arbitraries.ts";

function accepted(text: string): Command {
  const result = decodeCommand(text);
  assert.ok(result.ok, `${text} must be a command: ${result.ok ? "" : result.message}`);
  return result.command;
}

function refused(text: string): CommandProblem {
  const result = decodeCommand(text);
  assert.ok(!result.ok, `${text} must be refused`);
  return result;
}

describe("decodeCommand", () => {
  test("every command survives the way over the wire", () => {
    fc.assert(
      fc.property(command, (sent) => {
        // Through JSON, so that -0 and the prototypes of generated objects do not count.
        const expected: unknown = JSON.parse(encodeCommand(sent));
        assert.deepEqual(accepted(encodeCommand(sent)), expected);
      }),
      { numRuns: 500 },
    );
  });

  test("it never throws, whatever the text", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      textOf('{}[]",:\\u0019truefalsn.e-', 0, 30),
      fc
        .record({
          type: fc.constantFrom("connect", "publish", "x"),
          id: fc.jsonValue(),
          channel: fc.jsonValue(),
        })
        .map((v) => JSON.stringify(v)),
    );
    fc.assert(
      fc.property(text, (t) => void decodeCommand(t)),
      { numRuns: 1000 },
    );
  });

  test("a command with one field replaced by anything is accepted or refused, and a problem says which field", () => {
    fc.assert(
      fc.property(command, fc.jsonValue(), fc.nat(), (sent, value, pick) => {
        const names = Object.keys(sent);
        const name = names[pick % names.length] ?? "type";
        const result = decodeCommand(JSON.stringify({ ...sent, [name]: value }));
        if (!result.ok) assert.ok(result.message.startsWith(name), `${result.message} must name ${name}`);
      }),
      { numRuns: 500 },
    );
  });

  const problems: readonly (readonly [title: string, text: string, code: string, says: RegExp])[] = [
    ["an empty text", "", "malformed_json", /not valid JSON/],
    ["half an object", '{"type":"ping"', "malformed_json", /not valid JSON/],
    ["two objects", '{"type":"ping"}{"type":"ping"}', "malformed_json", /not valid JSON/],
    ["an array", "[]", "bad_request", /JSON object/],
    ["null", "null", "bad_request", /JSON object/],
    ["a number", "7", "bad_request", /JSON object/],
    ["no type", '{"channel":"a"}', "invalid_field", /^type: must be a string/],
    ["a type that is a number", '{"type":1}', "invalid_field", /^type: must be a string/],
    ["an unknown type", '{"type":"subscrbe"}', "unknown_type", /must be one of connect, subscribe/],
    ["a type from Object.prototype", '{"type":"constructor"}', "unknown_type", /must be one of/],
    ["a type called __proto__", '{"type":"__proto__"}', "unknown_type", /must be one of/],
    [
      "a push sent by a client",
      '{"type":"message","channel":"a","data":1}',
      "unknown_type",
      /must be one of/,
    ],
    [
      "a channel with a space",
      '{"type":"subscribe","channel":"a b"}',
      "invalid_channel",
      /^channel: .*must not contain " "/,
    ],
    ["no channel", '{"type":"subscribe"}', "invalid_channel", /^channel: must be a string/],
    [
      "a channel and channels",
      '{"type":"subscribe","channel":"a","channels":["b"]}',
      "bad_request",
      /channel or channels, not both/,
    ],
    [
      "channels that are none",
      '{"type":"subscribe","channels":[]}',
      "invalid_field",
      /^channels: must be an array of 1 to 100 elements/,
    ],
    [
      "more channels than one command may name",
      JSON.stringify({ type: "subscribe", channels: Array.from({ length: 101 }, (_, index) => `c${index}`) }),
      "invalid_field",
      /^channels: must be an array of 1 to 100 elements/,
    ],
    [
      "a channel that is listed twice",
      '{"type":"subscribe","channels":["a","b","a"]}',
      "invalid_channel",
      /^channels: a channel is listed twice/,
    ],
    [
      "one position for several channels",
      '{"type":"subscribe","channels":["a"],"since":{"epoch":"k3","offset":1}}',
      "invalid_since",
      /^since: must be .*positions/,
    ],
    [
      "a position of a channel without offset",
      '{"type":"subscribe","channels":["a"],"since":{"positions":{"a":{"epoch":"k3"}}}}',
      "invalid_since",
      /^since\.positions\.a\.offset: must be a whole number/,
    ],
    [
      "the history of a pattern",
      '{"type":"history","channel":"a.*"}',
      "invalid_channel",
      /must not contain \*\. Only subscribe and unsubscribe take patterns/,
    ],
    [
      "what is no pattern",
      '{"type":"subscribe","channel":"a.b*"}',
      "invalid_channel",
      /\* stands for a whole segment/,
    ],
    [
      "a pattern that starts at a position",
      '{"type":"subscribe","channel":"a.*","since":{"epoch":"k3","offset":1}}',
      "invalid_since",
      /^since: a pattern starts at/,
    ],
    [
      "a pattern among others that starts at the earliest",
      '{"type":"subscribe","channels":["a","b.*"],"since":"earliest"}',
      "invalid_since",
      /^since: a pattern starts at/,
    ],
    [
      "a pattern in connect that starts with the last",
      '{"type":"connect","subscriptions":{"a.*":{"since":{"last":1}}}}',
      "invalid_since",
      /^subscriptions\.a\.\*\.since: a pattern starts at/,
    ],
    [
      "a time that is none",
      '{"type":"subscribe","channel":"a.*","since":{"time":"now"}}',
      "invalid_since",
      /^since\.time: must be a whole number/,
    ],
    [
      "a since that is a number",
      '{"type":"subscribe","channel":"a","since":41}',
      "invalid_since",
      /^since: must be/,
    ],
    [
      "a since that is null",
      '{"type":"subscribe","channel":"a","since":null}',
      "invalid_since",
      /^since: must be/,
    ],
    [
      "the URL form of since",
      '{"type":"subscribe","channel":"a","since":"k3:41"}',
      "invalid_since",
      /^since: must be/,
    ],
    [
      "a since without offset",
      '{"type":"subscribe","channel":"a","since":{"epoch":"k3"}}',
      "invalid_since",
      /^since\.offset: must be a whole number/,
    ],
    [
      "a since with last 0",
      '{"type":"subscribe","channel":"a","since":{"last":0}}',
      "invalid_since",
      /^since\.last: must be a whole number from 1/,
    ],
    ["an id of 0", '{"type":"ping","id":0}', "invalid_field", /^id: must be a whole number from 1/],
    ["an id that is a text", '{"type":"ping","id":"1"}', "invalid_field", /^id: must be/],
    ["an id beyond 2^53", '{"type":"ping","id":9007199254740993}', "invalid_field", /^id: must be/],
    ["a publish without data", '{"type":"publish","channel":"a"}', "invalid_field", /^data: must be present/],
    [
      "a message id of a line feed",
      '{"type":"publish","channel":"a","data":1,"messageId":"a\\nb"}',
      "invalid_field",
      /^messageId: must be 1 to 128 printable/,
    ],
    [
      "a key that is half a character",
      '{"type":"publish","channel":"a","data":1,"key":"\\ud83d"}',
      "invalid_field",
      /^key: must be/,
    ],
    [
      "an unknown priority",
      '{"type":"publish","channel":"a","data":1,"priority":"low"}',
      "invalid_field",
      /^priority: must be "normal" or "high"/,
    ],
    [
      "a history limit that is too high",
      '{"type":"history","channel":"a","limit":1001}',
      "invalid_field",
      /^limit: must be a whole number from 1 to 1000/,
    ],
    [
      "subscriptions as a list",
      '{"type":"connect","subscriptions":["a"]}',
      "invalid_field",
      /^subscriptions: must be an object/,
    ],
    [
      "a bad name among the subscriptions",
      '{"type":"connect","subscriptions":{"a b":{}}}',
      "invalid_channel",
      /^subscriptions: .*must not contain/,
    ],
    [
      "a bad since among the subscriptions",
      '{"type":"connect","subscriptions":{"a":{"since":"now"}}}',
      "invalid_since",
      /^subscriptions\.a\.since: must be/,
    ],
    [
      "an info that is too long",
      JSON.stringify({ type: "connect", info: "x".repeat(2047) }),
      "invalid_field",
      /^info: must have at most 2048/,
    ],
  ];
  for (const [title, text, code, says] of problems) {
    test(`${title} is refused with ${code}`, () => {
      const problem = refused(text);
      assert.equal(problem.code, code);
      assert.match(problem.message, says);
    });
  }

  test("a problem carries the id and the channel of the request where they can be read", () => {
    const wrong = refused('{"type":"publish","id":4,"channel":"news"}');
    assert.deepEqual([wrong.id, wrong.channel], [4, "news"]);
    const unknown = refused('{"type":"shout","id":5,"channel":"a b"}');
    assert.deepEqual([unknown.id, unknown.channel], [5, "a b"]);
    const unreadable = refused(`{"type":"shout","id":-1,"channel":"${"x".repeat(201)}"}`);
    assert.ok(!("id" in unreadable) && !("channel" in unreadable), "nonsense is not repeated");
  });

  test("too deep a text is refused before it is parsed", () => {
    assert.equal(refused("[".repeat(1_000_000)).code, "too_deep");
    const nested = (depth: number): string =>
      `{"type":"publish","channel":"a","data":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    assert.equal(accepted(nested(63)).type, "publish");
    assert.equal(refused(nested(64)).code, "too_deep");
  });

  test('a "from" in a client\'s message means nothing and goes no further', () => {
    const read = accepted('{"type":"publish","from":"api","key":"k","channel":"a","data":1,"api":true}');
    assert.deepEqual(read, { type: "publish", channel: "a", data: 1, key: "k" });
  });

  test("a field called __proto__ changes no prototype", () => {
    const read = accepted(
      '{"type":"connect","__proto__":{"admin":true},"subscriptions":{"__proto__":{"since":"earliest"}}}',
    );
    assert.ok(read.type === "connect");
    assert.equal(Object.getPrototypeOf(read), Object.prototype);
    assert.ok(!("admin" in read));
    assert.deepEqual(Object.entries(read.subscriptions ?? {}), [["__proto__", { since: "earliest" }]]);
    assert.equal(Object.getPrototypeOf(read.subscriptions), Object.prototype);
    assert.ok(!("admin" in {}), "nobody else is touched");
  });

  test("the last of two equal fields counts, as in JSON.parse", () => {
    assert.deepEqual(accepted('{"type":"ping","id":1,"id":2}'), { type: "ping", id: 2 });
  });
});
