import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageParser } from "../../src/core/message-parser.ts";
import { closePayload, rawFrame } from "../support/raw-frame.ts";
import { parse, RecordingSink } from "../support/recording-sink.ts";

const LIMITS = { maxMessageBytes: 10, maxSkippedBytes: 40, acceptBinary: true };

test("control frames between fragments are reported first", () => {
  const lines = parse([
    rawFrame({ opcode: 1, payload: "one ", fin: false }),
    rawFrame({ opcode: 9, payload: "!" }),
    rawFrame({ opcode: 0, payload: "two" }),
    rawFrame({ opcode: 10, payload: "?" }),
  ]);
  assert.deepEqual(lines, ["ping 21", "text one two", "pong 3f"]);
});

test("nothing is parsed after a close frame", () => {
  const close = rawFrame({ opcode: 8, payload: closePayload(4000, "bye") });
  assert.deepEqual(parse([close, rawFrame({ opcode: 1, payload: "more" })]), ["close 4000 bye"]);
});

test("nothing is parsed after a failure", () => {
  assert.deepEqual(parse([rawFrame({ opcode: 0 }), rawFrame({ opcode: 1, payload: "more" })]), [
    "failure 1002 continuation of no message",
  ]);
});

test("a message of exactly the limit is delivered", () => {
  assert.deepEqual(parse([rawFrame({ opcode: 1, payload: "0123456789" })], LIMITS), ["text 0123456789"]);
});

test("a message over the limit is skipped and the next one delivered", () => {
  const lines = parse(
    [rawFrame({ opcode: 1, payload: "x".repeat(40) }), rawFrame({ opcode: 1, payload: "ok" })],
    LIMITS,
  );
  assert.deepEqual(lines, ["too long 40", "text ok"]);
});

test("fragments that grow over the limit together are skipped, and their text still checked", () => {
  const grow = (last: string | Uint8Array): Uint8Array[] => [
    rawFrame({ opcode: 1, payload: "12345678", fin: false }),
    rawFrame({ opcode: 0, payload: "12345678", fin: false }),
    rawFrame({ opcode: 0, payload: last }),
  ];
  assert.deepEqual(parse(grow("!"), LIMITS), ["too long 17"]);
  assert.deepEqual(parse(grow(Uint8Array.of(0xff)), LIMITS), ["failure 1007 text is not UTF-8"]);
});

test("a message beyond what may be skipped fails at its header", () => {
  const header = rawFrame({ opcode: 1, payload: "x".repeat(41) }).subarray(0, 2);
  assert.deepEqual(parse([header], LIMITS), ["failure 1009 message too long"]);
});

test("a terabyte is refused at its header, before anything is allocated", () => {
  assert.deepEqual(parse([Buffer.from("82ff0000010000000000", "hex")], LIMITS), [
    "failure 1009 message too long",
  ]);
});

test("a binary message is refused at its header where none are accepted", () => {
  const header = rawFrame({ opcode: 2, payload: "abc" }).subarray(0, 2);
  assert.deepEqual(parse([header], { acceptBinary: false }), [
    "failure 1003 binary messages are not accepted",
  ]);
});

test("RSV1 marks a compressed message where that was agreed on, and only on its first frame", () => {
  const first = rawFrame({ opcode: 1, payload: "ab", rsv: 4, fin: false });
  const last = rawFrame({ opcode: 0, payload: "cd" });
  assert.deepEqual(parse([first, last], {}, "stateless"), ["compressed 1 61626364"]);
  assert.deepEqual(parse([first]), ["failure 1002 reserved bit set"]);
  assert.deepEqual(parse([first, rawFrame({ opcode: 0, payload: "cd", rsv: 4 })], {}, "stateless"), [
    "failure 1002 reserved bit set",
  ]);
});

test("an overlong compressed message is skipped only if the next does not build on it", () => {
  const long = rawFrame({ opcode: 1, payload: Buffer.alloc(280), rsv: 4 });
  assert.deepEqual(parse([long], LIMITS, "stateless"), ["too long 280"]);
  assert.deepEqual(parse([long], LIMITS, "stateful"), ["failure 1009 message too long"]);
});

test("a long text in one piece is checked by the host's validator", () => {
  const checked: number[] = [];
  const isUtf8 = (bytes: Uint8Array): boolean => checked.push(bytes.length) > 0;
  parse([rawFrame({ opcode: 1, payload: "x".repeat(300) }), rawFrame({ opcode: 1, payload: "short" })], {
    isUtf8,
  });
  assert.deepEqual(checked, [300]);
});

test("a halted sink gets no further message until the rest is pushed again", () => {
  const parser = new MessageParser("server", {
    maxMessageBytes: 100,
    maxSkippedBytes: 100,
    acceptBinary: true,
  });
  const sink = new RecordingSink();
  sink.haltAfterMessage = true;
  let rest = Buffer.concat(["a", "b", "c"].map((payload) => rawFrame({ opcode: 1, payload })));
  for (const expected of ["text a", "text b", "text c"]) {
    sink.halted = false;
    rest = rest.subarray(parser.push(rest, sink));
    assert.equal(sink.lines.at(-1), expected);
  }
  assert.equal(rest.length, 0);
});

test("a parser is idle only between messages", () => {
  const parser = new MessageParser("server", {
    maxMessageBytes: 100,
    maxSkippedBytes: 100,
    acceptBinary: true,
  });
  const sink = new RecordingSink();
  const idleAfter = (bytes: Uint8Array): boolean => {
    parser.push(Buffer.from(bytes), sink);
    return parser.idle;
  };
  assert.equal(parser.idle, true, "at first");
  assert.equal(idleAfter(Uint8Array.of(0x81)), false, "inside a header");
  assert.equal(idleAfter(rawFrame({ opcode: 1, payload: "x" }).subarray(1)), true, "after a message");
  assert.equal(idleAfter(rawFrame({ opcode: 1, payload: "x", fin: false })), false, "between fragments");
  assert.equal(idleAfter(rawFrame({ opcode: 0, payload: "x" })), true, "after the last fragment");
});
