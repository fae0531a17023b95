/**
 * CPU time of the server process per delivered message, against `ws` in the same run.
 *
 *     npm run bench -- fan-out [--slices 15] [--seconds 1]
 *
 * Two shapes: 1000 subscribers at 50 messages/s, and 200 subscribers with bursts of 20 every 20 ms. Both servers run at the
 * same time and are measured in turns of a second; the median of the ratios of neighbouring turns counts, since the machine may be noisy.
 */
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Child } from "./support/child.ts";
import { median } from "./support/median.ts";

interface Shape {
  readonly name: string;
  readonly subscribers: number;
  readonly burst: number;
  readonly everyMs: number;
  readonly budget: number;
}

const SHAPES: readonly Shape[] = [
  { name: "1000 subscribers, 50 msg/s", subscribers: 1000, burst: 1, everyMs: 20, budget: 0.85 },
  {
    name: "200 subscribers, bursts of 20 every 20 ms",
    subscribers: 200,
    burst: 20,
    everyMs: 20,
    budget: 0.1,
  },
];

const { values } = parseArgs({
  options: { slices: { type: "string", default: "15" }, seconds: { type: "string", default: "1" } },
});

const LINE = `${JSON.stringify({ from: "api", key: "bench", channel: "news", data: { text: "x".repeat(60) } })}\n`;

/** A server with its subscribers and a publisher. */
class Contender {
  readonly #server: Child;
  readonly #readers: Child;
  readonly #publisher: Socket;
  readonly #shape: Shape;

  private constructor(server: Child, readers: Child, publisher: Socket, shape: Shape) {
    this.#server = server;
    this.#readers = readers;
    this.#publisher = publisher;
    this.#shape = shape;
  }

  static async start(server: "tidewire" | "ws", shape: Shape): Promise<Contender> {
    const child = await Child.start(`servers/${server}.ts`);
    const readers = await Child.start("readers.ts");
    const port = await child.ask<number>("port");
    const linePort = server === "ws" ? await child.ask<number>("linePort") : port;
    const greetings = server === "ws" ? 0 : 2;
    await readers.ask("open", { port, count: shape.subscribers, path: "/connect?channels=news", greetings });
    const publisher = connect(linePort, "127.0.0.1");
    publisher.resume();
    publisher.setNoDelay(true);
    return new Contender(child, readers, publisher, shape);
  }

  /** Microseconds of the server's CPU per delivery, over one slice of time. */
  async slice(seconds: number): Promise<number> {
    const framesBefore = await this.#readers.ask<number>("frames");
    const cpuBefore = await this.#server.ask<number>("cpuMicros");
    const messages = await publish(this.#publisher, this.#shape, seconds);
    const expected = framesBefore + messages * this.#shape.subscribers;
    while ((await this.#readers.ask<number>("frames")) < expected) {
      await wait(20);
    }
    const cpu = (await this.#server.ask<number>("cpuMicros")) - cpuBefore;
    return cpu / (expected - framesBefore);
  }

  async stop(): Promise<void> {
    this.#publisher.destroy();
    await Promise.all([this.#readers.stop(), this.#server.stop()]);
  }
}

/** Publishes bursts at fixed times, late ones at once; gives how many messages were published. */
async function publish(socket: Socket, shape: Shape, seconds: number): Promise<number> {
  const bursts = Math.round((seconds * 1000) / shape.everyMs);
  const startMs = performance.now();
  for (let index = 0; index < bursts; index += 1) {
    const waitMs = startMs + index * shape.everyMs - performance.now();
    if (waitMs > 0) await wait(waitMs);
    socket.write(LINE.repeat(shape.burst));
  }
  return bursts * shape.burst;
}

async function compare(shape: Shape, slices: number, seconds: number): Promise<void> {
  const ours = await Contender.start("tidewire", shape);
  const theirs = await Contender.start("ws", shape);
  const micros: { readonly ours: number[]; readonly theirs: number[] } = { ours: [], theirs: [] };
  try {
    // The first slices are for the compiler.
    await ours.slice(2);
    await theirs.slice(2);
    for (let slice = 0; slice < slices; slice += 1) {
      micros.ours.push(await ours.slice(seconds));
      micros.theirs.push(await theirs.slice(seconds));
    }
  } finally {
    await Promise.all([ours.stop(), theirs.stop()]);
  }
  const ratio = median(micros.ours.map((one, index) => one / (micros.theirs[index] ?? Number.NaN)));
  const verdict = ratio <= shape.budget ? "met" : "MISSED";
  console.log(
    `${shape.name}: tidewire ${median(micros.ours).toFixed(2)} µs, ws ${median(micros.theirs).toFixed(2)} µs per delivery; ` +
      `median of ${slices} ratios ${ratio.toFixed(3)}, budget ${shape.budget}: ${verdict}`,
  );
}

for (const shape of SHAPES) await compare(shape, Number(values.slices), Number(values.seconds));
