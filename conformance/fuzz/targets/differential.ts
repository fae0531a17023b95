import assert from "node:assert/strict";
import type { Role } from "@tidewire/websocket";
import { Receiver } from "ws";
import type { FuzzTarget } from "../fuzz-target.ts";
import { frameTokens, seedStreams } from "../frames.ts";
import { cut, type Heard, PARSER_FILES, parseStream } from "../heard-frames.ts";

const MAX_MESSAGE_BYTES = 200;

const LIMITS = { maxMessageBytes: MAX_MESSAGE_BYTES, maxSkippedBytes: MAX_MESSAGE_BYTES, acceptBinary: true };

/** Ends the header that a stream breaks off in: the one looks at each byte as it comes, the other at a whole header. */
const FILLER = new Uint8Array(16);

/** A stream means the same to us as to `ws`: the same messages in the same order, and the same end. */
export function differential(role: Role): FuzzTarget {
  return {
    name: `differential-${role}`,
    files: [...PARSER_FILES, "/ws/lib/receiver.js"],
    seeds: seedStreams(role).map((stream, index) => Buffer.concat([Buffer.from([index]), stream])),
    tokens: frameTokens(role),
    maxBytes: 700,
    run(input) {
      const [decision = 0] = input;
      const stream = input.subarray(1);
      const ours = parseStream(role, LIMITS, cut(stream, decision));
      const theirs = receive(role, cut(stream, decision));
      if ((ours.failure === null) === (theirs.failure === null)) compare(ours, theirs);
      else compare(parseStream(role, LIMITS, [stream, FILLER]), receive(role, [stream, FILLER]));
    },
  };
}

function compare(ours: Heard, theirs: Heard): void {
  const common = ours.events.length;
  assert.equal(
    theirs.events.slice(0, common).join("\n"),
    ours.events.join("\n"),
    "ws has heard something else",
  );
  const more = theirs.events.slice(common);
  switch (ours.reason) {
    // RFC 6455 §5.2: the minimal number of bytes must be used. `ws` reads on.
    case "length not in its shortest form":
      return;
    // A wrong byte fails at once here, and at the end of the message with ws: that may never come, and a ping or a broken frame before.
    case "text is not UTF-8":
      return assert.ok(!more.some(isMessage), "ws has taken a text that is not UTF-8");
    // To ws it is a message too long.
    case "length beyond 63 bits":
      return assert.ok(theirs.failure !== null, "ws has taken a length beyond 63 bits");
    default:
      assert.equal(more.join("\n"), "", "ws has heard more");
      assert.equal(ours.failure, theirs.failure, `ours: ${ours.reason}; ws: ${theirs.reason}`);
      assert.equal(ours.closed, theirs.closed, "only one has heard the close frame");
  }
}

function isMessage(event: string): boolean {
  return event.startsWith("text") || event.startsWith("binary");
}

/** Parses pieces of a stream with the receiver of `ws`. */
function receive(role: Role, pieces: readonly Uint8Array[]): Heard {
  const receiver = new Receiver({
    isServer: role === "server",
    maxPayload: MAX_MESSAGE_BYTES,
    allowSynchronousEvents: true,
  });
  const events: string[] = [];
  let failure: number | null = null;
  let reason = "";
  let closed = false;
  receiver.on("message", (data: Buffer, isBinary: boolean) => {
    events.push(`${isBinary ? "binary" : "text"} ${data.toString("latin1")}`);
  });
  receiver.on("ping", (data: Buffer) => void events.push(`ping ${data.toString("latin1")}`));
  receiver.on("pong", (data: Buffer) => void events.push(`pong ${data.toString("latin1")}`));
  receiver.on("conclude", (code: number, text: Buffer) => {
    events.push(`close ${code} ${text.toString("latin1")}`);
    closed = true;
  });
  for (const piece of pieces) {
    if (failure !== null || closed) break;
    // Past the stream's queue, which would tell of a failure in a later turn.
    receiver._write(Buffer.from(piece), "binary", (error) => {
      if (error === null || error === undefined) return;
      failure = closeCodeOf(error);
      reason = error.message;
    });
  }
  return { events, failure, reason, closed };
}

/** `ws` keeps the code to close with under a symbol of its own. */
function closeCodeOf(error: Error): number {
  const symbol = Object.getOwnPropertySymbols(error).find(({ description }) => description === "status-code");
  const code: unknown = symbol === undefined ? undefined : Reflect.get(error, symbol);
  if (typeof code !== "number") throw new TypeError("ws gave no code to close with", { cause: error });
  return code;
}
