import { connect, type Socket } from "node:net";
import { NativeClient } from "../../../packages/server/test/support/native-client.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";
import { ADDRESS_LIMIT, TRUSTED_PROXY } from "../targets.ts";

/** Loopback has 16 million addresses, so the attacker can have one of its own. */
const ATTACKER = "127.0.0.2";

/** One address that wants all connections. */
export const addressFlood: Attack = {
  name: "one address against the limits",
  target: "guarded",
  tried:
    "five times as many connections as an address may have, from one address, half of them with `X-Forwarded-For` and `Forwarded` headers of others; and through a trusted proxy, with invented addresses before the true one",
  defence:
    "connections beyond the limit are closed; nobody gets more by saying to be somebody else; others get in",
  async run(arena) {
    if (!(await canBind(arena))) return `not tried here: this machine has no address ${ATTACKER}`;
    const flood = await openMany(arena, ADDRESS_LIMIT * 5, () => []);
    const spoofing = await openMany(arena, ADDRESS_LIMIT * 5, (i) => [
      `X-Forwarded-For: 203.0.113.${i % 250}`,
      `Forwarded: for=203.0.113.${i % 250}`,
      `X-Real-IP: 203.0.113.${i % 250}`,
    ]);
    const open = (await stillOpen(flood)) + (await stillOpen(spoofing));
    arena.expect(open <= ADDRESS_LIMIT, `one address has ${open} connections`);
    arena.expect(open > 0, "nobody was let in at all");
    const proxied = await throughProxy(arena);
    arena.expect(proxied <= ADDRESS_LIMIT, `one client has ${proxied} connections through a proxy`);
    const honest = await NativeClient.open(arena, arena, "channels=attack.memory.limits");
    await honest.settled();
    honest.socket.terminate();
    for (const socket of [...flood, ...spoofing]) socket.destroy();
    await allGone(arena);
    return `${open} of ${ADDRESS_LIMIT * 10} connections stayed, ${proxied} of ${ADDRESS_LIMIT * 5} through the proxy; an honest client was let in`;
  },
};

async function canBind(arena: Arena): Promise<boolean> {
  const socket = connect({ port: arena.port, host: "127.0.0.1", localAddress: ATTACKER });
  const could = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  });
  socket.destroy();
  return could;
}

const UPGRADE = [
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/** Opens WebSockets from the attacker's address, or another one, with these headers more. */
async function openMany(
  arena: Arena,
  count: number,
  headers: (index: number) => readonly string[],
  localAddress = ATTACKER,
): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i += 1) {
    const socket = connect({ port: arena.port, host: "127.0.0.1", localAddress });
    arena.after(() => socket.destroy());
    socket.on("error", () => {});
    const lines = [
      "GET /connect?channels=attack.memory.limits HTTP/1.1",
      "Host: localhost",
      ...UPGRADE,
      ...headers(i),
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    sockets.push(socket);
  }
  return sockets;
}

/** How many were let in: those that have an answer which is a handshake, once all have been answered or closed. */
async function stillOpen(sockets: readonly Socket[]): Promise<number> {
  const answers = await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<string>((resolve) => {
          if (socket.destroyed) resolve("");
          socket.once("data", (chunk: Buffer) => resolve(chunk.toString("latin1")));
          socket.once("close", () => resolve(""));
        }),
    ),
  );
  return answers.filter((answer) => answer.startsWith("HTTP/1.1 101")).length;
}

/** What comes from the proxy's address is counted by the last entry, which the proxy wrote; those before it are the client's own words. */
async function throughProxy(arena: Arena): Promise<number> {
  const sockets = await openMany(
    arena,
    ADDRESS_LIMIT * 5,
    (i) => [`X-Forwarded-For: 203.0.113.${i % 250}, 198.51.100.7`],
    TRUSTED_PROXY,
  );
  const open = await stillOpen(sockets);
  for (const socket of sockets) socket.destroy();
  return open;
}

/** Waits until the server has noticed that all of them are gone, so that the next round begins anew. */
async function allGone(arena: Arena): Promise<void> {
  for (;;) {
    const info = JSON.stringify(await arena.server.call("GET", "/api/info"));
    const connections = Number(/"connections":(\d+)/.exec(info)?.[1]);
    // The neighbour's.
    if (connections <= 1) return;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
