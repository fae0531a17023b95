import { type AutobahnCase, binary, runAutobahnCases, text } from "./support/autobahn-case.ts";
import { chop, rawFrame } from "./support/raw-frame.ts";

const LENGTHS = [0, 125, 126, 127, 128, 65535, 65536];

const cases: AutobahnCase[] = [];
for (const [i, length] of LENGTHS.entries()) {
  const letters = "*".repeat(length);
  const bytes = Buffer.alloc(length, 0xfe);
  cases.push({
    id: `1.1.${i + 1}`,
    title: `a text of ${length} bytes comes back`,
    send: [rawFrame({ opcode: 1, payload: letters })],
    expect: [text(letters)],
  });
  cases.push({
    id: `1.2.${i + 1}`,
    title: `a binary message of ${length} bytes comes back`,
    send: [rawFrame({ opcode: 2, payload: bytes })],
    expect: [binary(bytes)],
  });
}
cases.push(
  {
    id: "1.1.8",
    title: "a text of 65536 bytes written 997 at a time comes back",
    send: chop(rawFrame({ opcode: 1, payload: "*".repeat(65536) }), 997),
    expect: [text("*".repeat(65536))],
  },
  {
    id: "1.2.8",
    title: "a binary message of 65536 bytes written 997 at a time comes back",
    send: chop(rawFrame({ opcode: 2, payload: Buffer.alloc(65536, 0xfe) }), 997),
    expect: [binary(Buffer.alloc(65536, 0xfe))],
  },
);

runAutobahnCases(cases);
