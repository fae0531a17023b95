import type { Socket } from "node:net";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";
import { dial } from "../support/raw-http.ts";

/**
 * How often a sample of one kind may be slower than one of the other before somebody could learn from it; 0.5 is never more often than not.
 *
 * With 400 samples of each kind chance alone stays within 0.5 ± 0.1 but once in a million runs, and with more it stays nearer.
 */
const ALLOWED = { from: 0.4, to: 0.6 } as const;

/** Guesses that begin right against guesses that begin wrong. */
export const keyTiming: Attack = {
  name: "timing of the key comparison",
  target: "open",
  tried:
    "keys that are right but for their last character against keys that are wrong from the first one, in random order on one connection, by the time until the 401",
  defence: "the times tell nothing: both kinds are slower equally often",
  async run(arena) {
    const { apiKey } = arena.server;
    const nearly = `${apiKey.slice(0, -1)}#`;
    const wrong = `#${apiKey.slice(1)}`;
    const socket = await dial(arena);
    const times: { nearly: number[]; wrong: number[] } = { nearly: [], wrong: [] };
    const eachKind = arena.amount(400, 4000);
    for (let i = 0; i < eachKind; i += 1) {
      const nearlyFirst = Math.random() < 0.5;
      const [first = 0, second = 0] = await timesOf(
        arena,
        socket,
        nearlyFirst ? [nearly, wrong] : [wrong, nearly],
      );
      times.nearly.push(nearlyFirst ? first : second);
      times.wrong.push(nearlyFirst ? second : first);
    }
    const slower = shareOfSlower(times.nearly, times.wrong);
    arena.expect(
      slower > ALLOWED.from && slower < ALLOWED.to,
      `a key that begins right is slower in ${slower.toFixed(3)} of all pairs`,
    );
    return `${eachKind} of each: the nearly right one was slower in ${(slower * 100).toFixed(1)} % of all pairs`;
  },
};

/** Microseconds until the answer, for one request after the other. */
async function timesOf(arena: Arena, socket: Socket, keys: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const key of keys) {
    const begunAt = process.hrtime.bigint();
    socket.write(
      `GET /api/info HTTP/1.1\r\nHost: 127.0.0.1:${arena.port}\r\nAuthorization: Bearer ${key}\r\n\r\n`,
    );
    const answer = await new Promise<Buffer>((resolve) => {
      socket.once("data", resolve);
    });
    times.push(Number(process.hrtime.bigint() - begunAt) / 1000);
    arena.expect(String(answer).startsWith("HTTP/1.1 401"), "a wrong key was accepted");
  }
  return times;
}

/** In which share of all pairs a is greater than b, ties counting half (the effect size of Mann and Whitney). Outliers weigh no more than others. */
function shareOfSlower(a: readonly number[], b: readonly number[]): number {
  const sorted = b.toSorted((x, y) => x - y);
  let wins = 0;
  for (const value of a) {
    wins += (countBelow(sorted, value) + countBelow(sorted, value * (1 + Number.EPSILON))) / 2;
  }
  return wins / (a.length * b.length);
}

function countBelow(sorted: readonly number[], value: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
