import type { Socket } from "node:net";
import { rawFrame } from "../../../packages/websocket/test/support/raw-frame.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";
import { dial, whenClosed } from "../support/raw-http.ts";
import { rawWebSocket } from "../support/raw-websocket.ts";

const DRIP_EVERY_MS = 100;
/** Longer than the longest time-out, which is that of bodies: 60 s, looked at now and then. */
const PATIENCE_MS = 100_000;

/** How each door is held open: what is sent at once, and what drips afterwards, byte by byte. */
interface Door {
  readonly name: string;
  readonly open: (arena: Arena) => Promise<Socket>;
  readonly drip: string;
}

const UPGRADE = "GET /connect HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nX-Slow: ";

const DOORS: readonly Door[] = [
  { name: "silence", open: (arena) => dial(arena), drip: "" },
  { name: "head", open: begun("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "), drip: "a" },
  { name: "request line", open: begun("GET /"), drip: "a" },
  { name: "handshake", open: begun(UPGRADE), drip: "a" },
  { name: "raw-TCP line", open: begun('{"from":"api","data":"'), drip: "a" },
  { name: "blank lines", open: begun(" "), drip: " " },
  { name: "event stream's head", open: begun("GET /events?channels=a HTTP/1.1\r\nX-Slow: "), drip: "a" },
  { name: "no connect", open: async (arena) => (await rawWebSocket(arena)).socket, drip: "" },
  { name: "frame head", open: withFrame(1), drip: "" },
  { name: "frame", open: withFrame(9), drip: "" },
];

const BODY = "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{";

/** A body may take a minute, for the sake of slow lines. */
const SLOW_DOORS: readonly Door[] = [
  {
    name: "body",
    open: (arena) => begunBody(arena, `Authorization: Bearer ${arena.server.apiKey}\r\n`),
    drip: " ",
  },
  { name: "body without a key", open: (arena) => begunBody(arena, ""), drip: " " },
];

/** Connections that never come to the point. */
export const slowloris: Attack = {
  name: "slowloris",
  target: "open",
  tried: `${DOORS.length} ways to begin and not to end, many connections each: a connection that says nothing, a request line, a head, a handshake, a raw-TCP line and blank lines that come byte by byte, a WebSocket that never connects, half a frame; in the long run also bodies`,
  defence: "each phase has its time-out, however busy the line is",
  async run(arena) {
    const each = arena.amount(10, 100);
    const doors = arena.isLong ? [...DOORS, ...SLOW_DOORS] : DOORS;
    const ends = await Promise.all(doors.map((door) => holdOpen(arena, door, each)));
    return `${each} of each closed: ${ends.join(", ")}`;
  },
};

async function holdOpen(arena: Arena, { name, open, drip }: Door, each: number): Promise<string> {
  const slowest = await Promise.all(
    Array.from({ length: each }, async () => {
      const socket = await open(arena);
      const beganMs = performance.now();
      const dripping = setInterval(() => {
        if (drip !== "" && socket.writable) socket.write(drip);
      }, DRIP_EVERY_MS);
      const closed = await whenClosed(socket, PATIENCE_MS);
      clearInterval(dripping);
      arena.expect(closed, `${name}: the connection is still open`);
      return performance.now() - beganMs;
    }),
  );
  return `${name} after ${(Math.max(...slowest) / 1000).toFixed(1)} s`;
}

function begun(bytes: string): Door["open"] {
  return async (arena) => {
    const socket = await dial(arena);
    socket.write(bytes);
    return socket;
  };
}

async function begunBody(arena: Arena, authorization: string): Promise<Socket> {
  const socket = await dial(arena);
  socket.write(`POST /api/broadcast HTTP/1.1\r\nHost: 127.0.0.1\r\n${authorization}${BODY}`);
  return socket;
}

/** A WebSocket that sends so many bytes of a frame and stops. */
function withFrame(bytes: number): Door["open"] {
  return async (arena) => {
    const { socket } = await rawWebSocket(arena);
    socket.write(rawFrame({ opcode: 1, payload: '{"type":"connect"}' }).subarray(0, bytes));
    return socket;
  };
}
