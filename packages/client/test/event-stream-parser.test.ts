import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EventStreamParser } from "../src/event-stream-parser.ts";

function read(...pieces: readonly string[]): string[] {
  const taken: string[] = [];
  const parser = new EventStreamParser((data) => taken.push(data));
  for (const piece of pieces) parser.push(piece);
  return taken;
}

test("an event is taken when its empty line has come, and a comment at once", () => {
  assert.deepEqual(read("data: 1\n"), []);
  assert.deepEqual(read("data: 1\n\n"), ["1"]);
  assert.deepEqual(read(":\n"), [""]);
  assert.deepEqual(read("retry: 2000\nid: k3:1;c;h\n\n"), [], "nothing but fields is no event");
});

test("lines of data are joined, one space after the colon is left out, and line ends may be of any kind", () => {
  assert.deepEqual(read("data:a\r\ndata:  b\r\n\r\n"), ["a\n b"]);
  assert.deepEqual(read("data: a\r", "\n\r", "\n"), ["a"]);
});

test("whatever pieces a stream comes in, the same is taken", () => {
  const block = fc.oneof(
    fc.json().map((json) => `data: ${json}\n\n`),
    fc.constantFrom(":\n\n", "id: k3:5;c;h\n\n", "retry: 100\n\n", "data: a\r\ndata: b\r\n\r\n"),
  );
  fc.assert(
    fc.property(fc.array(block), fc.array(fc.nat(200)), (blocks, cuts) => {
      const text = blocks.join("");
      const places = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
      const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
      assert.deepEqual(read(...pieces), read(text));
    }),
  );
});
