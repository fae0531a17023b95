import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type AutobahnCase, pong, runAutobahnCases, text, WRITTEN } from "./support/autobahn-case.ts";
import { type EchoServer, startEchoServer } from "./support/echo-server.ts";
import { rawFrame } from "./support/raw-frame.ts";
import { connectClient } from "./support/test-client.ts";

const first = rawFrame({ opcode: 1, payload: "fragment1", fin: false });
const last = rawFrame({ opcode: 0, payload: "fragment2" });
const ping = rawFrame({ opcode: 9, payload: "ping payload" });
const hello = rawFrame({ opcode: 1, payload: "Hello, world!" });
const strayLast = rawFrame({ opcode: 0, payload: "non-continuation payload" });
const strayMore = rawFrame({ opcode: 0, payload: "non-continuation payload", fin: false });
const joined = text("fragment1fragment2");

const cases: AutobahnCase[] = [];

/** Three cases in a row differ only in how the frames are written. */
function threeWays(
  firstId: number,
  title: string,
  frames: Uint8Array[],
  outcome: Partial<AutobahnCase>,
): void {
  for (const [i, [how, write]] of Object.entries(WRITTEN).entries()) {
    cases.push({
      id: `5.${firstId + i}`,
      title: `${title} (${how})`,
      send: write(frames),
      expect: [],
      ...outcome,
    });
  }
}

const fails = { closedWith: 1002 };
const wrongStart = (fin: boolean): Uint8Array[] => [
  rawFrame({ opcode: 0, payload: "fragment1", fin }),
  rawFrame({ opcode: 1, payload: "fragment2", fin: false }),
  rawFrame({ opcode: 0, payload: "fragment3" }),
];

for (const [id, name, opcode] of [
  ["5.1", "ping", 9],
  ["5.2", "pong", 10],
] as const) {
  cases.push({
    id,
    title: `a ${name} in two fragments fails the connection`,
    send: [rawFrame({ opcode, payload: "fragment1", fin: false }), last],
    expect: [],
    ...fails,
  });
}
threeWays(3, "a text in two fragments comes back whole", [first, last], { expect: [joined] });
threeWays(6, "a ping between two fragments is answered first", [first, ping, last], {
  expect: [pong("ping payload"), joined],
});
threeWays(9, "a last fragment of nothing fails the connection", [strayLast, hello], fails);
threeWays(12, "a fragment of nothing fails the connection", [strayMore, hello], fails);
cases.push(
  {
    id: "5.15",
    title: "a fragment of nothing after a whole message fails the connection",
    send: [first, last, strayMore, hello],
    expect: [joined],
    ...fails,
  },
  {
    id: "5.16",
    title: "a message that begins with an unfinished continuation fails the connection",
    send: [...wrongStart(false), ...wrongStart(false)],
    expect: [],
    ...fails,
  },
  {
    id: "5.17",
    title: "a message that begins with a finished continuation fails the connection",
    send: [...wrongStart(true), ...wrongStart(true)],
    expect: [],
    ...fails,
  },
  {
    id: "5.18",
    title: "a second text frame inside a fragmented text fails the connection",
    send: [first, rawFrame({ opcode: 1, payload: "fragment2" })],
    expect: [],
    ...fails,
  },
);

runAutobahnCases(cases);

// 5.19 and 5.20 wait for the first pong before they go on.
let server: EchoServer;
before(async () => {
  server = await startEchoServer();
});
after(() => server.stop());

for (const [id, write] of [
  ["5.19", WRITTEN.inOneGo],
  ["5.20", WRITTEN.frameByFrame],
] as const) {
  test(`${id} a text in five fragments, with a pause and two pings inside, comes back whole`, async () => {
    const client = await connectClient(server.port);
    const fragment = (i: number): Uint8Array =>
      rawFrame({ opcode: i === 1 ? 1 : 0, payload: `fragment${i}`, fin: i === 5 });
    const pingNumber = (i: number): Uint8Array => rawFrame({ opcode: 9, payload: `pongme ${i}!` });
    for (const piece of write([fragment(1), fragment(2), pingNumber(1)])) client.write(piece);
    assert.deepEqual(await client.next(), pong("pongme 1!"));
    for (const piece of write([fragment(3), fragment(4), pingNumber(2), fragment(5)])) client.write(piece);
    assert.deepEqual(await client.next(), pong("pongme 2!"));
    assert.deepEqual(await client.next(), text("fragment1fragment2fragment3fragment4fragment5"));
    client.destroy();
  });
}
