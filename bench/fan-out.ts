/**
 * CPU time of the server process per delivered message, against `ws` in the same run.
 *
 *     npm run bench -- fan-out [--rounds 3] [--seconds 5]
 *
 * Two shapes: 1000 subscribers at 50 messages/s, and 200 subscribers with bursts of 20 every 20 ms. Each round measures
 * both servers, one right after the other; the ratio of a round is what counts, since the machine may be noisy.
 */
import { connect } from "node:net";
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
  options: { rounds: { type: "string", default: "3" }, seconds: { type: "string", default: "5" } },
});
const seconds = Number(values.seconds);

interface Measured {
  readonly microsPerDelivery: number;
  readonly delivered: number;
  readonly expected: number;
}

async function measure(server: "tidewire" | "ws", shape: Shape): Promise<Measured> {
  const child = await Child.start(`servers/${server}.ts`);
  const readers = await Child.start("readers.ts");
  try {
    const port = await child.ask<number>("port");
    const linePort = server === "ws" ? await child.ask<number>("linePort") : port;
    const greetings = server === "ws" ? 0 : 2;
    await readers.ask("open", { port, count: shape.subscribers, path: "/connect?channels=news", greetings });
    const publisher = connect(linePort, "127.0.0.1");
    publisher.resume();
    publisher.setNoDelay(true);
    const line = `${JSON.stringify({ from: "api", key: "bench", channel: "news", data: { text: "x".repeat(60) } })}\n`;
    await publish(publisher, line, shape, 1);
    await settled(readers);
    const framesBefore = await readers.ask<number>("frames");
    const cpuBefore = await child.ask<number>("cpuMicros");
    const messages = await publish(publisher, line, shape, seconds);
    await settled(readers);
    const delivered = (await readers.ask<number>("frames")) - framesBefore;
    const cpu = (await child.ask<number>("cpuMicros")) - cpuBefore;
    publisher.destroy();
    return { microsPerDelivery: cpu / delivered, delivered, expected: messages * shape.subscribers };
  } finally {
    await readers.stop();
    await child.stop();
  }
}

/** Publishes bursts at fixed times, late ones at once; gives how many messages were published. */
async function publish(
  socket: ReturnType<typeof connect>,
  line: string,
  shape: Shape,
  forSeconds: number,
): Promise<number> {
  const bursts = Math.round((forSeconds * 1000) / shape.everyMs);
  const startMs = performance.now();
  for (let index = 0; index < bursts; index += 1) {
    const waitMs = startMs + index * shape.everyMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    socket.write(line.repeat(shape.burst));
  }
  return bursts * shape.burst;
}

/** Waits until no more frames arrive. */
async function settled(readers: Child): Promise<void> {
  for (let before = -1; ; ) {
    const now = await readers.ask<number>("frames");
    if (now === before) return;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

for (const shape of SHAPES) {
  const ratios: number[] = [];
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    const ours = await measure("tidewire", shape);
    const theirs = await measure("ws", shape);
    for (const one of [ours, theirs]) {
      if (one.delivered !== one.expected) throw new Error(`delivered ${one.delivered} of ${one.expected}`);
    }
    ratios.push(ours.microsPerDelivery / theirs.microsPerDelivery);
    console.log(
      `${shape.name}, round ${round}: tidewire ${ours.microsPerDelivery.toFixed(2)} µs, ws ${theirs.microsPerDelivery.toFixed(2)} µs per delivery, ratio ${ratios.at(-1)?.toFixed(3)}`,
    );
  }
  const ratio = median(ratios);
  console.log(
    `${shape.name}: median ratio ${ratio.toFixed(3)}, budget ${shape.budget}: ${ratio <= shape.budget ? "met" : "MISSED"}`,
  );
}
