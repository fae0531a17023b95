import { type AutobahnCase, runAutobahnCases, text, WRITTEN } from "./support/autobahn-case.ts";
import { rawFrame } from "./support/raw-frame.ts";

const hello = rawFrame({ opcode: 1, payload: "Hello, world!" });
const ping = rawFrame({ opcode: 9 });

/** Both groups have the same five shapes: 4.1 with the reserved data opcodes, 4.2 with the control ones. */
function casesOf(group: string, firstOpcode: number): AutobahnCase[] {
  const empty = (nth: number): Uint8Array => rawFrame({ opcode: firstOpcode + nth });
  const full = (nth: number): Uint8Array =>
    rawFrame({ opcode: firstOpcode + nth, payload: "reserved opcode payload" });
  const shapes: Omit<AutobahnCase, "id">[] = [
    { title: "without a payload", send: [empty(0)], expect: [] },
    { title: "with a payload", send: [full(1)], expect: [] },
    {
      title: "after a text, in one go",
      send: WRITTEN.inOneGo([hello, empty(2), ping]),
      expect: [text("Hello, world!")],
    },
    {
      title: "with a payload after a text, in one go",
      send: WRITTEN.inOneGo([hello, full(3), ping]),
      expect: [text("Hello, world!")],
    },
    {
      title: "with a payload after a text, octet by octet",
      send: WRITTEN.octetByOctet([hello, full(4), ping]),
      expect: [text("Hello, world!")],
    },
  ];
  return shapes.map((shape, i) => ({
    ...shape,
    id: `${group}.${i + 1}`,
    title: `opcode ${firstOpcode + i} ${shape.title} fails the connection`,
    closedWith: 1002,
  }));
}

runAutobahnCases([...casesOf("4.1", 3), ...casesOf("4.2", 11)]);
