import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isCloseCodeOnWire } from "../../src/core/close-code.ts";
import { closePayload, rawFrame } from "../support/raw-frame.ts";
import { parse } from "../support/recording-sink.ts";

const LIMITS = { maxMessageBytes: 200, maxSkippedBytes: 400 };

const text = fc.string({ unit: "binary", maxLength: 60 }).map((value) => Buffer.from(value));
const bytes = fc.uint8Array({ maxLength: 260 });
const control = fc
  .record({ opcode: fc.constantFrom(9, 10), payload: fc.uint8Array({ maxLength: 125 }) })
  .map((frame) => [rawFrame(frame)]);
const close = fc
  .constantFrom(1000, 1001, 3000, 4999)
  .map((code) => [rawFrame({ opcode: 8, payload: closePayload(code, "é") })]);

/** A valid message in fragments, perhaps with control frames between them. */
const message = fc
  .record({
    opcode: fc.constantFrom(1, 2),
    pieces: fc.array(text, { minLength: 1, maxLength: 4 }),
    between: fc.array(control),
  })
  .map(({ opcode, pieces, between }) =>
    pieces.flatMap((payload, i) => [
      rawFrame({ opcode: i === 0 ? opcode : 0, payload, fin: i === pieces.length - 1 }),
      ...(i < pieces.length - 1 ? (between[i] ?? []) : []),
    ]),
  );
const binary = bytes.map((payload) => [rawFrame({ opcode: 2, payload })]);
const validStream = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: message },
      { weight: 3, arbitrary: binary },
      { weight: 3, arbitrary: control },
      close,
    ),
    {
      maxLength: 8,
    },
  )
  .map((frames) => Buffer.concat(frames.flat()));

/** Frames that need not follow any rule. */
const anyFrame = fc
  .record({
    opcode: fc.nat({ max: 15 }),
    payload: fc.oneof(text, bytes),
    fin: fc.boolean(),
    rsv: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.nat({ max: 7 })),
    masked: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
  })
  .map(rawFrame);

/** A valid stream with bytes changed, or frames of any kind, or noise. */
const brokenStream = fc.oneof(
  fc
    .tuple(validStream, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }))
    .map(([stream, changes]) => {
      const changed = Buffer.from(stream);
      for (const [at, byte] of changes) if (changed.length > 0) changed[at % changed.length] = byte;
      return changed;
    }),
  fc.array(anyFrame, { maxLength: 6 }).map((frames) => Buffer.concat(frames)),
  fc.uint8Array({ maxLength: 100 }).map((noise) => Buffer.from(noise)),
);

const cuts = fc.array(fc.nat(), { maxLength: 12 });

function cut(stream: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...at.map((place) => place % (stream.length + 1)), stream.length].sort((a, b) => a - b);
  return ends.map((end, i) => stream.subarray(i === 0 ? 0 : (ends[i - 1] ?? 0), end));
}

const octets = (stream: Buffer): Buffer[] => Array.from(stream, (octet) => Buffer.of(octet));

for (const [kind, stream] of [
  ["valid", validStream],
  ["broken", brokenStream],
] as const) {
  for (const compression of ["none", "stateless"] as const) {
    test(`a ${kind} stream means the same however it is cut (compression: ${compression})`, () => {
      fc.assert(
        fc.property(stream, cuts, (whole, at) => {
          const expected = parse([whole], LIMITS, compression);
          assert.deepEqual(parse(cut(whole, at), LIMITS, compression), expected, "cut at random");
          assert.deepEqual(parse(octets(whole), LIMITS, compression), expected, "cut into octets");
        }),
        { numRuns: 300 },
      );
    });
  }
}

test("a valid stream never fails, unless a message is over the limit", () => {
  fc.assert(
    fc.property(validStream, (stream) => {
      const failures = parse([stream], { maxMessageBytes: 1000, maxSkippedBytes: 1000 }).filter((line) =>
        line.startsWith("failure"),
      );
      assert.deepEqual(failures, []);
    }),
    { numRuns: 300 },
  );
});

test("a broken stream ends, if at all, with one close code that may be sent", () => {
  fc.assert(
    fc.property(brokenStream, (stream) => {
      const lines = parse([stream], LIMITS);
      const ends = lines.filter((line) => /^(failure|close) /.test(line));
      assert.ok(ends.length <= 1, "only one end");
      const [end] = ends;
      if (end === undefined) return;
      assert.equal(lines.at(-1), end, "nothing after the end");
      const code = Number(end.split(" ")[1]);
      assert.ok(isCloseCodeOnWire(code) || code === 1005, `code ${code}`);
    }),
    { numRuns: 500 },
  );
});
