import assert from "node:assert/strict";
import { getDefaultHighWaterMark } from "node:stream";
import { describe, test } from "node:test";
import { encodeTextFrame, type WebSocketConnection } from "@tidewire/websocket";
import { Turn } from "../../src/core/turn.ts";
import { SocketOutbox } from "../../src/transport/socket-outbox.ts";
import { NativeEncoding } from "../../src/wire/native/native-encoding.ts";

/** From here on a Node stream promises a `drain`. */
const MARK = getDefaultHighWaterMark(false);

/** A connection whose socket takes bytes when the test says so; counts writes, and knows whether `drain` would come. */
class FakeConnection implements WebSocketConnection<null> {
  data = null;
  readonly subprotocol = "";
  readonly remoteAddress = "127.0.0.1";
  readonly isOpen = true;
  readonly progressBytes = 0;
  readonly receivedBytes = 0;
  readonly sharedDeflate = false;
  bufferedBytes = 0;
  willDrain = false;
  readonly writes: Uint8Array[] = [];
  readonly calls: string[] = [];

  writeFrames(frames: Uint8Array): void {
    this.writes.push(frames);
    this.bufferedBytes += frames.byteLength;
    if (this.bufferedBytes >= MARK) this.willDrain = true;
    this.calls.push("write");
  }
  cork(): void {
    this.calls.push("cork");
  }
  uncork(): void {
    this.calls.push("uncork");
  }
  close(code?: number): void {
    this.calls.push(`close ${code}`);
  }
  sendText(): void {}
  sendBinary(): void {}
  ping(): void {}
  terminate(): void {}
  pauseReading(): void {}
  resumeReading(): void {}
}

function setUp(limitBytes: number): {
  readonly outbox: SocketOutbox;
  readonly connection: FakeConnection;
  readonly endTurn: () => void;
} {
  const encoding = new NativeEncoding(
    { frame: encodeTextFrame, join: (pieces) => Buffer.concat(pieces) },
    { pingIntervalMs: 1000, maxMessageBytes: 1000 },
  );
  let end = (): void => {};
  const turn = new Turn((run) => {
    end = run;
  });
  const outbox = new SocketOutbox(encoding, turn, limitBytes, "127.0.0.1");
  const connection = new FakeConnection();
  outbox.open(connection, encoding);
  return { outbox, connection, endTurn: () => end() };
}

describe("a WebSocket's outbox", () => {
  test("one piece per turn goes to the socket as it is, without a copy", () => {
    const { outbox, connection, endTurn } = setUp(1_000_000);
    const bytes = Buffer.from("shared");
    outbox.write(bytes);
    assert.deepEqual(connection.writes, [], "nothing leaves before the turn's end");
    endTurn();
    assert.ok(connection.writes[0] === bytes, "the very bytes that all subscribers share");
    assert.deepEqual(connection.calls, ["write"]);
  });

  test("several pieces of one turn leave in their order, in one corked write", () => {
    const { outbox, connection, endTurn } = setUp(1_000_000);
    for (const text of ["a", "b", "c"]) outbox.write(Buffer.from(text));
    endTurn();
    assert.deepEqual(connection.calls, ["cork", "write", "write", "write", "uncork"]);
    assert.equal(Buffer.concat(connection.writes).toString(), "abc");
  });

  test("it is overrun by what this turn brings, as by what the socket holds", () => {
    const { outbox, connection, endTurn } = setUp(4 * MARK);
    outbox.write(Buffer.alloc(4 * MARK));
    assert.equal(outbox.overrun, false, "the limit itself is allowed");
    outbox.write(Buffer.alloc(1));
    assert.equal(outbox.overrun, true);
    endTurn();
    assert.equal(outbox.overrun, true, "the socket has not taken it");
    connection.bufferedBytes = 0;
    outbox.drained();
    assert.equal(outbox.overrun, false);
  });

  test("whenever it has no room or is overrun, a drain is certain to come", () => {
    // The race: bytes wait in the socket, more in this turn, and the socket drains before the turn ends.
    const { outbox, connection, endTurn } = setUp(1024);
    connection.bufferedBytes = MARK - 100;
    outbox.write(Buffer.alloc(MARK - 100));
    assert.equal(outbox.hasRoom, true, "neither part would cause a drain by itself");
    connection.bufferedBytes = 0;
    endTurn();
    assert.equal(connection.willDrain, false);
    assert.ok(
      outbox.hasRoom && !outbox.overrun,
      "nobody who was turned away waits for an event that never comes",
    );
    outbox.write(Buffer.alloc(MARK));
    assert.equal(outbox.hasRoom, false);
    endTurn();
    assert.equal(connection.willDrain, true);
  });

  test("a limit below Node's own mark is raised to it, since no drain would end the overrun", () => {
    const { outbox, connection, endTurn } = setUp(1024);
    outbox.write(Buffer.alloc(2000));
    endTurn();
    assert.equal(connection.willDrain, false);
    assert.equal(outbox.overrun, false);
  });

  test("a closed one has no room, so that no page is read for nobody", () => {
    const { outbox, connection, endTurn } = setUp(1_000_000);
    outbox.write(Buffer.from("last"));
    outbox.close(4000, "bye");
    assert.deepEqual(connection.calls, ["write", "close 4000"], "what waited leaves before the close frame");
    assert.equal(outbox.hasRoom, false);
    outbox.write(Buffer.from("more"));
    outbox.close(4001, "again");
    endTurn();
    assert.deepEqual(connection.calls, ["write", "close 4000"], "nothing follows");
  });
});
