import { Opcode } from "../../../packages/websocket/src/core/opcode.ts";
import { rawHandshake, TestClient } from "../../../packages/websocket/test/support/test-client.ts";
import type { Arena } from "../arena.ts";

const HEADERS = [
  ["Upgrade", "websocket"],
  ["Connection", "Upgrade"],
  ["Sec-WebSocket-Version", "13"],
  ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="],
] as const;

/** Opens a WebSocket that sends whatever bytes it is told to; the end of the attack destroys it. */
export async function rawWebSocket(arena: Arena, query = "", deflate = false): Promise<TestClient> {
  const path = query === "" ? "/connect" : `/connect?${query}`;
  const extension = deflate ? ([["Sec-WebSocket-Extensions", "permessage-deflate"]] as const) : [];
  const { socket, status, rest } = await rawHandshake(
    arena.port,
    [...HEADERS, ...extension],
    `GET ${path} HTTP/1.1`,
  );
  arena.after(() => socket.destroy());
  if (status !== 101) throw new Error(`the handshake at ${path} was answered ${status}`);
  // What the server compresses is of no interest; what it sends uncompressed is read as it is.
  return new TestClient(socket, rest, undefined);
}

/** How a connection ended: the code of the server's close frame, or `closed` without one. */
export async function endOf(client: TestClient): Promise<string> {
  let code = "closed";
  for (;;) {
    const event = await client.next();
    if (event.type === "end") return code;
    if (event.type !== "close") continue;
    code = String(event.code);
    client.frame({ opcode: Opcode.close });
  }
}

/** Writes as fast as the server takes it; stops when the connection has ended. Resolves with whether everything was taken. */
export async function pour(client: TestClient, pieces: Iterable<Uint8Array>): Promise<boolean> {
  const { socket } = client;
  for (const piece of pieces) {
    if (socket.destroyed || socket.readableEnded || !socket.writable) return false;
    if (socket.write(piece)) continue;
    const isOpen = await new Promise<boolean>((resolve) => {
      const settle = (open: boolean) => (): void => {
        socket.off("drain", drained).off("close", ended).off("end", ended);
        resolve(open);
      };
      const drained = settle(true);
      const ended = settle(false);
      socket.once("drain", drained).once("close", ended).once("end", ended);
    });
    if (!isOpen) return false;
  }
  return true;
}
