import { runAutobahnCases, text } from "./support/autobahn-case.ts";
import { fragments } from "./support/raw-frame.ts";

runAutobahnCases([
  {
    id: "10.1.1",
    title: "a text of 65536 bytes in fragments of 1300 comes back",
    send: fragments(1, Buffer.alloc(65536, "*"), 1300),
    expect: [text("*".repeat(65536))],
  },
]);
