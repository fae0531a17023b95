import assert from "node:assert/strict";
import type { Role } from "@tidewire/websocket";
import type { FuzzTarget } from "../fuzz-target.ts";
import { frameTokens, seedStreams } from "../frames.ts";
import { cut, PARSER_FILES, parseStream } from "../heard-frames.ts";

const LIMITS = { maxMessageBytes: 200, maxSkippedBytes: 400, acceptBinary: true };

/** Whatever pieces a stream comes in, it says the same, and nothing is reported after its end. */
export function frameParser(role: Role): FuzzTarget {
  return {
    name: `frame-parser-${role}`,
    files: PARSER_FILES,
    // The first byte decides where the stream is cut, and whether compressed messages are agreed on.
    seeds: seedStreams(role).map((stream, index) => Buffer.concat([Buffer.from([index]), stream])),
    tokens: frameTokens(role),
    maxBytes: 700,
    run(input) {
      const [decision = 0] = input;
      const stream = input.subarray(1);
      const compression = decision % 3 === 0 ? "none" : decision % 3 === 1 ? "stateless" : "stateful";
      const inPieces = parseStream(role, LIMITS, cut(stream, decision), compression);
      const whole = parseStream(role, LIMITS, [stream], compression);
      assert.equal(JSON.stringify(inPieces), JSON.stringify(whole), "in pieces a stream says something else");
    },
  };
}
