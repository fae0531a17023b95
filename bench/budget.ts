/**
 * A popular room within a budget: what the server's CPU grows with, and how long a viewer waits for a comment.
 *
 *     npm run bench -- budget [--viewers 5000] [--seconds 4]
 *
 * One server, one room with `deliver: budget`, 20 messages a second. First the number of viewers doubles twice at 1000 comments a second, then
 * the comments double with the same viewers. Of the viewers one in ten notes how long each comment took; the others read and count.
 */
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Child } from "./support/child.ts";

const BUDGET = 20;
const WINDOW_MS = 200;
const EVERY_MS = 10;
const PATH = "/connect?channels=room";
/** One viewer in so many notes its times. */
const TIMED = 10;

const { values } = parseArgs({
  options: { viewers: { type: "string", default: "5000" }, seconds: { type: "string", default: "4" } },
});

interface Measured {
  readonly viewers: number;
  readonly commentsPerSecond: number;
  readonly deliveriesPerSecond: number;
  /** Of one core. */
  readonly cpuPercent: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

function lineOf(): string {
  const data = { sentAtNs: String(process.hrtime.bigint()), text: "x".repeat(60) };
  return `${JSON.stringify({ from: "api", key: "bench", channel: "room", data })}\n`;
}

/** Publishes at a steady rate, late ones at once; gives how many seconds it took. */
async function publish(socket: Socket, perSecond: number, seconds: number): Promise<number> {
  const startMs = performance.now();
  let sent = 0;
  for (let atMs = 0; atMs < seconds * 1000; atMs += EVERY_MS) {
    const waitMs = startMs + atMs - performance.now();
    if (waitMs > 0) await wait(waitMs);
    const due = Math.round((perSecond * (atMs + EVERY_MS)) / 1000);
    let lines = "";
    for (; sent < due; sent += 1) lines += lineOf();
    if (lines !== "") socket.write(lines);
  }
  return (performance.now() - startMs) / 1000;
}

/** The room: a server, its viewers in two processes, and the backend that publishes. */
class Room {
  readonly #server: Child;
  readonly #counting: Child;
  readonly #timing: Child;
  readonly #publisher: Socket;
  readonly #port: number;
  #viewers = 0;

  private constructor(server: Child, counting: Child, timing: Child, port: number) {
    this.#server = server;
    this.#counting = counting;
    this.#timing = timing;
    this.#port = port;
    this.#publisher = connect(port, "127.0.0.1");
    this.#publisher.setNoDelay(true);
    this.#publisher.resume();
  }

  static async start(): Promise<Room> {
    const rule = { match: "room", deliver: "budget", budget: BUDGET, window: WINDOW_MS };
    const server = await Child.start("servers/tidewire.ts", [
      "memory",
      "./data",
      JSON.stringify({ channels: [rule] }),
    ]);
    const [counting, timing] = [await Child.start("readers.ts"), await Child.start("latency-readers.ts")];
    return new Room(server, counting, timing, await server.ask<number>("port"));
  }

  async growTo(viewers: number): Promise<void> {
    const more = viewers - this.#viewers;
    const timed = Math.round(more / TIMED);
    const asked = { port: this.#port, path: PATH };
    await this.#timing.ask("open", { ...asked, count: timed, reads: true });
    await this.#counting.ask("open", { ...asked, count: more - timed, greetings: 2 });
    this.#viewers = viewers;
  }

  async measure(commentsPerSecond: number, seconds: number): Promise<Measured> {
    // For the compiler, and for the sockets to be warm.
    await publish(this.#publisher, commentsPerSecond, 1);
    await wait(3 * WINDOW_MS);
    await this.#timing.ask("take");
    const framesBefore = await this.#counting.ask<number>("frames");
    const cpuBefore = await this.#server.ask<number>("cpuMicros");
    const took = await publish(this.#publisher, commentsPerSecond, seconds);
    const cpu = (await this.#server.ask<number>("cpuMicros")) - cpuBefore;
    const frames = (await this.#counting.ask<number>("frames")) - framesBefore;
    await wait(3 * WINDOW_MS);
    const times = await this.#timing.ask<Pick<Measured, "medianMs" | "p99Ms">>("take");
    return {
      ...times,
      viewers: this.#viewers,
      commentsPerSecond,
      deliveriesPerSecond: (frames / took) * (TIMED / (TIMED - 1)),
      cpuPercent: cpu / 10_000 / took,
    };
  }

  async stop(): Promise<void> {
    this.#publisher.destroy();
    await Promise.all([this.#counting.stop(), this.#timing.stop(), this.#server.stop()]);
  }
}

function report(one: Measured): void {
  const { viewers, commentsPerSecond, deliveriesPerSecond, cpuPercent, medianMs, p99Ms } = one;
  console.log(
    `${viewers} viewers, ${commentsPerSecond} comments/s: ${cpuPercent.toFixed(0)} % of a core, ` +
      `${(deliveriesPerSecond / 1000).toFixed(1)} thousand deliveries/s; ` +
      `delay ${medianMs.toFixed(0)} ms in the median, p99 ${p99Ms.toFixed(0)} ms`,
  );
}

const most = Number(values.viewers);
const seconds = Number(values.seconds);
const room = await Room.start();
const measured: Measured[] = [];
try {
  for (const viewers of [most / 4, most / 2, most]) {
    await room.growTo(viewers);
    measured.push(await room.measure(1000, seconds));
  }
  for (const comments of [250, 500, 2000]) measured.push(await room.measure(comments, seconds));
} finally {
  await room.stop();
}
for (const one of measured) report(one);
const [quarter, , full, few] = measured;
if (quarter !== undefined && full !== undefined && few !== undefined) {
  const verdict = full.p99Ms < 2 * WINDOW_MS ? "met" : "MISSED";
  console.log(
    `4 × the viewers: ${(full.cpuPercent / quarter.cpuPercent).toFixed(2)} × the CPU; ` +
      `4 × the comments: ${(full.cpuPercent / few.cpuPercent).toFixed(2)} ×; ` +
      `p99 ${full.p99Ms.toFixed(0)} ms, budget ${2 * WINDOW_MS} ms: ${verdict}`,
  );
}
