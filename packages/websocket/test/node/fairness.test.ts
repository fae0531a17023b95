import assert from "node:assert/strict";
import { test } from "node:test";
import { startEchoServer } from "../support/echo-server.ts";
import { rawFrame } from "../support/raw-frame.ts";
import { connectClient } from "../support/test-client.ts";

const FRAME = rawFrame({ opcode: 1, payload: "x".repeat(58) });
const FRAMES = 30_000;
/** One full read that has waited for this turn, one of this turn, and the frames that they cut. */
const MOST_PER_TURN = 2 * (65_536 / FRAME.length + 1);

test("a connection that sends faster than it is read does not fill a turn of the event loop", async () => {
  const perTurn: number[] = [];
  let inThisTurn = 0;
  let heard = 0;
  let allHeard: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    allHeard = resolve;
  });
  const server = await startEchoServer(
    {},
    {
      onText() {
        if (inThisTurn === 0) setImmediate(endTurn);
        inThisTurn += 1;
        heard += 1;
        if (heard === FRAMES) allHeard();
      },
    },
  );
  function endTurn(): void {
    perTurn.push(inThisTurn);
    inThisTurn = 0;
  }
  const client = await connectClient(server.port);
  client.write(Buffer.concat(Array.from({ length: FRAMES }, () => FRAME)));
  await done;
  client.destroy();
  await server.stop();
  const most = Math.max(...perTurn);
  assert.ok(most <= MOST_PER_TURN, `${most} frames were handled in one turn`);
});

test("what was read for the next turn is not handed to an application that has paused meanwhile", async () => {
  let heard = 0;
  const server = await startEchoServer(
    {},
    {
      onText(connection) {
        heard += 1;
        if (heard % 1500 !== 0) return;
        connection.pauseReading();
        const before = heard;
        setTimeout(() => {
          assert.equal(heard, before, "nothing came while it was paused");
          connection.resumeReading();
          if (heard >= FRAMES) allHeard();
        }, 5);
      },
    },
  );
  let allHeard: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    allHeard = resolve;
  });
  const client = await connectClient(server.port);
  client.write(Buffer.concat(Array.from({ length: FRAMES }, () => FRAME)));
  await done;
  client.destroy();
  await server.stop();
  assert.equal(heard, FRAMES, "everything came in the end");
});
