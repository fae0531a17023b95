import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type AutobahnCase, runAutobahnCases, text } from "./support/autobahn-case.ts";
import { type EchoServer, startEchoServer } from "./support/echo-server.ts";
import { fragments, rawFrame } from "./support/raw-frame.ts";
import { connectClient } from "./support/test-client.ts";
import { UTF8_SEQUENCES } from "./support/utf8-sequences.ts";

const GREETING = "Hello-µ@ßöäüàá-UTF-8!!";
const KOSME = "\u03ba\u1f79\u03c3\u03bc\u03b5";
const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(" ", ""), "hex");
/** Valid up to a surrogate in the middle. */
const INVALID = Buffer.concat([Buffer.from(KOSME), hex("ed a0 80"), Buffer.from("edited")]);

const cases: AutobahnCase[] = [
  { id: "6.1.1", title: "an empty text comes back", send: [rawFrame({ opcode: 1 })], expect: [text("")] },
  {
    id: "6.1.2",
    title: "a text of three empty fragments comes back empty",
    send: [rawFrame({ opcode: 1, fin: false }), rawFrame({ opcode: 0, fin: false }), rawFrame({ opcode: 0 })],
    expect: [text("")],
  },
  {
    id: "6.1.3",
    title: "empty fragments around a full one change nothing",
    send: [
      rawFrame({ opcode: 1, fin: false }),
      rawFrame({ opcode: 0, payload: "middle frame payload", fin: false }),
      rawFrame({ opcode: 0 }),
    ],
    expect: [text("middle frame payload")],
  },
  {
    id: "6.2.1",
    title: "a text beyond ASCII comes back",
    send: [rawFrame({ opcode: 1, payload: GREETING })],
    expect: [text(GREETING)],
  },
  {
    id: "6.2.2",
    title: "a text cut between two characters comes back",
    send: [
      rawFrame({ opcode: 1, payload: "Hello-µ@ßöä", fin: false }),
      rawFrame({ opcode: 0, payload: "üàá-UTF-8!!" }),
    ],
    expect: [text(GREETING)],
  },
  {
    id: "6.2.3",
    title: "a text in fragments of one byte comes back",
    send: fragments(1, Buffer.from(GREETING), 1),
    expect: [text(GREETING)],
  },
  {
    id: "6.2.4",
    title: "a Greek text in fragments of one byte comes back",
    send: fragments(1, Buffer.from(KOSME), 1),
    expect: [text(KOSME)],
  },
  {
    id: "6.3.1",
    title: "a text with a surrogate inside fails the connection",
    send: [rawFrame({ opcode: 1, payload: INVALID })],
    expect: [],
    closedWith: 1007,
  },
  {
    id: "6.3.2",
    title: "a text with a surrogate inside, in fragments of one byte, fails the connection",
    send: fragments(1, INVALID, 1),
    expect: [],
    closedWith: 1007,
  },
];

for (const [i, group] of UTF8_SEQUENCES.entries()) {
  for (const [j, { bytes, valid }] of group.sequences.entries()) {
    cases.push({
      id: `6.${i + 5}.${j + 1}`,
      title: `${group.name}: ${bytes.toString("hex")} ${valid ? "comes back" : "fails the connection"}`,
      send: [rawFrame({ opcode: 1, payload: bytes })],
      expect: valid ? [text(bytes.toString())] : [],
      ...(!valid && { closedWith: 1007 }),
    });
  }
}

runAutobahnCases(cases);

// 6.4: the connection must fail at the wrong byte, while the rest of the message is still to be sent.
let server: EchoServer;
before(async () => {
  server = await startEchoServer();
});
after(() => server.stop());

const OUT_OF_RANGE = { good: Buffer.from(KOSME), bad: hex("f4 90 80 80") };
const HALF_A_CHARACTER = { good: Buffer.concat([Buffer.from(KOSME), hex("f4")]), bad: hex("90") };
for (const [id, title, { good, bad }, framed] of [
  ["6.4.1", "a second fragment with a wrong character", OUT_OF_RANGE, true],
  ["6.4.2", "a second fragment with a wrong byte of a character begun in the first", HALF_A_CHARACTER, true],
  ["6.4.3", "a wrong character in the middle of a frame", OUT_OF_RANGE, false],
  ["6.4.4", "a wrong byte in the middle of a frame and of a character", HALF_A_CHARACTER, false],
] as const) {
  test(`${id} ${title} fails the connection before the rest has come`, async () => {
    const client = await connectClient(server.port);
    const rest = Buffer.from("edited");
    const whole = rawFrame({ opcode: 1, payload: Buffer.concat([good, bad, rest]) });
    const beforeBad = whole.length - bad.length - rest.length;
    if (framed) {
      client.frame({ opcode: 1, payload: good, fin: false });
      client.frame({ opcode: 9, payload: "so far so good" });
      assert.deepEqual(await client.next(), { type: "pong", payload: "so far so good" });
      client.frame({ opcode: 0, payload: bad, fin: false });
    } else {
      client.write(whole.subarray(0, beforeBad));
      client.write(whole.subarray(beforeBad, beforeBad + bad.length));
    }
    const [close] = await client.untilEnd();
    client.destroy();
    assert.equal(close?.type === "close" && close.code, 1007, "nothing of the rest was sent, and it failed");
  });
}
