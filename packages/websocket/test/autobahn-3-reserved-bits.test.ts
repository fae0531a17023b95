import { type AutobahnCase, runAutobahnCases, text, WRITTEN } from "./support/autobahn-case.ts";
import { rawFrame } from "./support/raw-frame.ts";

const hello = rawFrame({ opcode: 1, payload: "Hello, world!" });
const ping = rawFrame({ opcode: 9 });
const reserved = (rsv: number, opcode: number): Uint8Array =>
  rawFrame({ opcode, rsv, payload: "Hello, world!" });

const cases: AutobahnCase[] = [
  { id: "3.1", title: "RSV 1 on a text", send: [reserved(1, 1)], expect: [] },
  {
    id: "3.2",
    title: "RSV 2 on a text after a good one, in one go",
    send: WRITTEN.inOneGo([hello, reserved(2, 1), ping]),
    expect: [text("Hello, world!")],
  },
  {
    id: "3.3",
    title: "RSV 3 on a text after a good one, frame by frame",
    send: WRITTEN.frameByFrame([hello, reserved(3, 1), ping]),
    expect: [text("Hello, world!")],
  },
  {
    id: "3.4",
    title: "RSV 4 on a text after a good one, octet by octet",
    send: WRITTEN.octetByOctet([hello, reserved(4, 1), ping]),
    expect: [text("Hello, world!")],
  },
  { id: "3.5", title: "RSV 5 on a binary message", send: [reserved(5, 2)], expect: [] },
  { id: "3.6", title: "RSV 6 on a ping", send: [reserved(6, 9)], expect: [] },
  { id: "3.7", title: "RSV 7 on a close", send: [reserved(7, 8)], expect: [] },
];

runAutobahnCases(
  cases.map((each) => ({ ...each, title: `${each.title} fails the connection`, closedWith: 1002 })),
);
