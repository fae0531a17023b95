import { type AutobahnCase, pong, runAutobahnCases, WRITTEN } from "./support/autobahn-case.ts";
import { rawFrame } from "./support/raw-frame.ts";

const ODD_BYTES = Buffer.from([0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff]);
const FULL = Buffer.alloc(125, 0xfe);
const tenPings = Array.from({ length: 10 }, (_, i) => rawFrame({ opcode: 9, payload: `payload-${i}` }));
const tenPongs = Array.from({ length: 10 }, (_, i) => pong(`payload-${i}`));

const cases: AutobahnCase[] = [
  { id: "2.1", title: "an empty ping is answered", send: [rawFrame({ opcode: 9 })], expect: [pong("")] },
  {
    id: "2.2",
    title: "a ping's text comes back in the pong",
    send: [rawFrame({ opcode: 9, payload: "Hello, world!" })],
    expect: [pong("Hello, world!")],
  },
  {
    id: "2.3",
    title: "a ping's bytes, which are not UTF-8, come back",
    send: [rawFrame({ opcode: 9, payload: ODD_BYTES })],
    expect: [pong(ODD_BYTES.toString("latin1"))],
  },
  {
    id: "2.4",
    title: "a ping of 125 bytes is answered",
    send: [rawFrame({ opcode: 9, payload: FULL })],
    expect: [pong(FULL.toString("latin1"))],
  },
  {
    id: "2.5",
    title: "a ping of 126 bytes fails the connection",
    send: [rawFrame({ opcode: 9, payload: Buffer.alloc(126, 0xfe) })],
    expect: [],
    closedWith: 1002,
  },
  {
    id: "2.6",
    title: "a ping of 125 bytes that comes octet by octet is answered",
    send: WRITTEN.octetByOctet([rawFrame({ opcode: 9, payload: FULL })]),
    expect: [pong(FULL.toString("latin1"))],
  },
  { id: "2.7", title: "an unasked, empty pong is ignored", send: [rawFrame({ opcode: 10 })], expect: [] },
  {
    id: "2.8",
    title: "an unasked pong with a payload is ignored",
    send: [rawFrame({ opcode: 10, payload: "unsolicited" })],
    expect: [],
  },
  {
    id: "2.9",
    title: "an unasked pong does not confuse the answer to a ping",
    send: [rawFrame({ opcode: 10, payload: "unsolicited" }), rawFrame({ opcode: 9, payload: "ping" })],
    expect: [pong("ping")],
  },
  {
    id: "2.10",
    title: "ten pings are all answered, in order",
    send: [Buffer.concat(tenPings)],
    expect: tenPongs,
  },
  {
    id: "2.11",
    title: "ten pings that come octet by octet are all answered, in order",
    send: WRITTEN.octetByOctet(tenPings),
    expect: tenPongs,
  },
];

runAutobahnCases(cases);
