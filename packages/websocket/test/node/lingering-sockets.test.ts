import assert from "node:assert/strict";
import { once } from "node:events";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { LingeringSockets } from "../../src/node/lingering-sockets.ts";

const createStream = (): Duplex => new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });

test("a socket that stays is destroyed when its time is over", async () => {
  const lingering = new LingeringSockets(5);
  const socket = createStream();
  lingering.add(socket);
  await once(socket, "close");
  assert.ok(socket.destroyed);
});

test("a socket that has gone in time is left alone, and the later ones keep their own deadline", async () => {
  const lingering = new LingeringSockets(5);
  const [gone, first, second] = [createStream(), createStream(), createStream()];
  const closed: string[] = [];
  first.on("close", () => closed.push("first"));
  second.on("close", () => closed.push("second"));
  for (const socket of [gone, first, first, second]) lingering.add(socket);
  lingering.delete(gone);
  await once(second, "close");
  assert.deepEqual(closed, ["first", "second"]);
  assert.equal(gone.destroyed, false);
});

test("all can be destroyed at once", () => {
  const lingering = new LingeringSockets(60_000);
  const sockets = [createStream(), createStream()];
  for (const socket of sockets) lingering.add(socket);
  lingering.destroyAll();
  assert.ok(sockets.every((socket) => socket.destroyed));
  // Closing forgets them in an engine; here it is done by hand, so that no timer is left.
  for (const socket of sockets) lingering.delete(socket);
});
