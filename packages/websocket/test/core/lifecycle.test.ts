import assert from "node:assert/strict";
import { test } from "node:test";
import { LIFECYCLE, type LifecycleEvent, type Phase, type Transition } from "../../src/core/lifecycle.ts";

const EVENTS: readonly LifecycleEvent[] = [
  "localClose",
  "peerClose",
  "failure",
  "peerEnd",
  "abort",
  "transportEnd",
];

/** Every sequence of events of a length, beginning with an open connection. */
function* sequences(length: number): Generator<LifecycleEvent[]> {
  if (length === 0) yield [];
  else for (const rest of sequences(length - 1)) for (const event of EVENTS) yield [event, ...rest];
}

test("on every path that ends with the transport the close is reported once, and at most one close frame is sent", () => {
  for (const path of sequences(5)) {
    let phase: Phase = "open";
    let reports = 0;
    let closeFrames = 0;
    for (const event of [...path, "transportEnd" as const]) {
      const step: Transition = LIFECYCLE[phase][event];
      if (step.report) reports++;
      if (step.send !== "nothing") closeFrames++;
      phase = step.phase;
    }
    assert.equal(reports, 1, `reports along ${path.join(", ")}`);
    assert.ok(closeFrames <= 1, `close frames along ${path.join(", ")}`);
    assert.equal(phase, "closed");
  }
});

test("a closed connection never opens again", () => {
  for (const event of EVENTS) assert.equal(LIFECYCLE.closed[event].phase, "closed");
});

test("the peer's close is answered with its own code, and not a second time", () => {
  assert.equal(LIFECYCLE.open.peerClose.send, "echo");
  assert.equal(LIFECYCLE.closing.peerClose.send, "nothing");
});

test("after the closing handshake the server ends the transport first", () => {
  assert.equal(LIFECYCLE.open.peerClose.transport, "shut");
  assert.equal(LIFECYCLE.closing.peerClose.transport, "shut");
});
