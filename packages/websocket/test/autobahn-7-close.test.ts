import { type AutobahnCase, runAutobahnCases, text } from "./support/autobahn-case.ts";
import { closePayload, rawFrame } from "./support/raw-frame.ts";

const VALID_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const INVALID_CODES = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];

const hello = rawFrame({ opcode: 1, payload: "Hello World!" });
const ping = rawFrame({ opcode: 9 });
const close = (code: number, reason: string | Uint8Array = ""): Uint8Array =>
  rawFrame({ opcode: 8, payload: closePayload(code, reason) });
const large = "BAsd7&jh23".repeat(26_000).slice(0, 256 * 1024 - 1);

const cases: AutobahnCase[] = [
  {
    id: "7.1.1",
    title: "a text before the close still comes back",
    send: [hello, close(1000)],
    expect: [text("Hello World!")],
    closedWith: 1000,
  },
  {
    id: "7.1.2",
    title: "a second close is ignored",
    send: [close(1000), close(1000)],
    expect: [],
    closedWith: 1000,
  },
  {
    id: "7.1.3",
    title: "a ping after the close is ignored",
    send: [close(1000), ping],
    expect: [],
    closedWith: 1000,
  },
  {
    id: "7.1.4",
    title: "a text after the close is ignored",
    send: [close(1000), hello],
    expect: [],
    closedWith: 1000,
  },
  {
    id: "7.1.5",
    title: "a close inside a fragmented text ends it",
    send: [
      rawFrame({ opcode: 1, payload: "fragment1", fin: false }),
      close(1000),
      rawFrame({ opcode: 0, payload: "fragment2" }),
    ],
    expect: [],
    closedWith: 1000,
  },
  {
    id: "7.1.6",
    title: "a large text before the close still comes back, and a ping after it does not",
    send: [rawFrame({ opcode: 1, payload: large }), hello, close(1000), ping],
    expect: [text(large), text("Hello World!")],
    closedWith: 1000,
  },
  {
    id: "7.3.1",
    title: "a close without a code is answered without one",
    send: [rawFrame({ opcode: 8 })],
    expect: [],
    closedWith: 1005,
  },
  {
    id: "7.3.2",
    title: "a close with one byte fails the connection",
    send: [rawFrame({ opcode: 8, payload: "a" })],
    expect: [],
    closedWith: 1002,
  },
  {
    id: "7.3.3",
    title: "a close with a code is answered",
    send: [close(1000)],
    expect: [],
    closedWith: 1000,
  },
  {
    id: "7.3.4",
    title: "a close with a reason is answered",
    send: [close(1000, "Hello World!")],
    expect: [],
    closedWith: 1000,
  },
  {
    id: "7.3.5",
    title: "a close with the longest reason is answered",
    send: [close(1000, "*".repeat(123))],
    expect: [],
    closedWith: 1000,
  },
  {
    id: "7.3.6",
    title: "a close with a reason too long fails the connection",
    send: [close(1000, "*".repeat(124))],
    expect: [],
    closedWith: 1002,
  },
  {
    id: "7.5.1",
    title: "a close with a reason that is not UTF-8 fails the connection",
    send: [close(1000, Buffer.from("cebae1bdb9cf83cebcceb5eda080656469746564", "hex"))],
    expect: [],
    closedWith: 1007,
  },
  ...VALID_CODES.map((code, i) => ({
    id: `7.7.${i + 1}`,
    title: `close code ${code} is sent back`,
    send: [close(code)],
    expect: [],
    closedWith: code,
  })),
  ...INVALID_CODES.map((code, i) => ({
    id: `7.9.${i + 1}`,
    title: `close code ${code} fails the connection`,
    send: [close(code)],
    expect: [],
    closedWith: 1002,
  })),
  ...[5000, 65535].map((code, i) => ({
    id: `7.13.${i + 1}`,
    title: `close code ${code}, which has no meaning, fails the connection`,
    send: [close(code)],
    expect: [],
    closedWith: 1002,
  })),
];

runAutobahnCases(cases);
