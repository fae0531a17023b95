import { setTimeout as wait } from "node:timers/promises";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { Arena } from "./arena.ts";
import type { Attack, TargetName } from "./attack.ts";
import { logProblems } from "./log-check.ts";
import { Neighbour, type NeighbourWindow } from "./neighbour.ts";
import { TARGETS } from "./targets.ts";

/** How attacks are run. */
export interface RunOptions {
  readonly isLong: boolean;
  /** Told of each attack when it is over. */
  readonly tell: (result: AttackResult) => void;
}

/** What became of an attack. */
export interface AttackResult {
  readonly attack: Attack;
  readonly happened: string;
  readonly breaches: readonly string[];
  /** What the neighbour saw when nothing else went on, on the same server. */
  readonly atRest: NeighbourWindow;
  readonly meanwhile: NeighbourWindow;
  /** How far the server's memory rose above what it had when the attack began. */
  readonly memoryRiseBytes: number;
}

const MB = 1024 * 1024;
/** What an attack may make the server hold. Garbage between two collections is part of it. */
const MAX_MEMORY_RISE_BYTES = 300 * MB;
const MEMORY_EVERY_MS = 100;
/** No attack goes on longer, whatever it waits for. */
const LONGEST_ATTACK_MS = 180_000;

/** Attacks one server for each target, one attack after the other, and watches the server and a neighbour meanwhile. */
export async function runAttacks(
  attacks: readonly Attack[],
  options: RunOptions,
): Promise<readonly AttackResult[]> {
  const results: AttackResult[] = [];
  for (const target of new Set(attacks.map((attack) => attack.target))) {
    const those = attacks.filter((attack) => attack.target === target);
    results.push(...(await attackTarget(target, those, options)));
  }
  // In the order of the table again.
  return attacks.flatMap((attack) => results.filter((result) => result.attack === attack));
}

async function attackTarget(
  target: TargetName,
  attacks: readonly Attack[],
  options: RunOptions,
): Promise<readonly AttackResult[]> {
  const { settings, close } = await TARGETS[target]();
  const server = await startServerProcess({ settings, logLevel: "info" });
  try {
    const neighbour = await Neighbour.moveIn(server);
    try {
      const siege = new Siege(server, neighbour, options);
      await siege.rest();
      const results: AttackResult[] = [];
      for (const attack of attacks) {
        const result = await siege.endure(attack);
        options.tell(result);
        results.push(result);
      }
      return results;
    } finally {
      await neighbour.moveOut();
    }
  } finally {
    await server.stop();
    close?.();
  }
}

/** One server under attack. */
class Siege {
  readonly #server: ServerProcess;
  readonly #neighbour: Neighbour;
  readonly #options: RunOptions;
  readonly #pid: number;
  #atRest: NeighbourWindow | null = null;
  #logRead = 0;

  constructor(server: ServerProcess, neighbour: Neighbour, options: RunOptions) {
    this.#server = server;
    this.#neighbour = neighbour;
    this.#options = options;
    this.#pid = server.pid;
  }

  /** Measures the neighbour with nobody else there. The first moments, in which the server still compiles itself, do not count. */
  async rest(): Promise<void> {
    const { isLong } = this.#options;
    await this.#neighbour.during(() => wait(isLong ? 2000 : 500));
    this.#atRest = await this.#neighbour.during(() => wait(isLong ? 5000 : 1000));
  }

  async endure(attack: Attack): Promise<AttackResult> {
    if (this.#atRest === null) throw new Error("measure the rest first");
    const arena = new Arena(this.#server, this.#options.isLong);
    const memory = await MemoryWatch.begin(this.#server);
    let happened = "";
    const meanwhile = await this.#neighbour.during(async () => {
      happened = await this.#carryOut(attack, arena);
    });
    const memoryRiseBytes = memory.end();
    this.#judge(arena, meanwhile, memoryRiseBytes);
    const { breaches } = arena;
    return { attack, happened, breaches, atRest: this.#atRest, meanwhile, memoryRiseBytes };
  }

  /** In a long run again and again, so that the neighbour's times are more than a handful. */
  async #carryOut(attack: Attack, arena: Arena): Promise<string> {
    const endMs = performance.now() + (this.#options.isLong ? 3000 : 0);
    let happened = "";
    try {
      do {
        happened = await within(attack.run(arena));
        arena.leave();
      } while (performance.now() < endMs);
    } catch (error) {
      arena.leave();
      arena.breach(`it could not be carried out: ${error instanceof Error ? error.message : String(error)}`);
    }
    return happened;
  }

  #judge(arena: Arena, { lost, disorders, closes }: NeighbourWindow, memoryRiseBytes: number): void {
    const { log } = this.#server;
    const said = log.slice(this.#logRead);
    this.#logRead = log.length;
    for (const problem of logProblems(said, arena.secrets)) arena.breach(problem);
    arena.expect(this.#server.isRunning && this.#server.pid === this.#pid, "the server has died");
    arena.expect(lost === 0, `the neighbour lost ${lost} messages`);
    arena.expect(disorders === 0, `the neighbour got ${disorders} messages out of order`);
    arena.expect(closes === 0, "the neighbour was thrown out");
    const riseMb = Math.round(memoryRiseBytes / MB);
    arena.expect(memoryRiseBytes <= MAX_MEMORY_RISE_BYTES, `the server's memory rose by ${riseMb} MB`);
  }
}

async function within(attacking: Promise<string>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("it does not come to its end")), LONGEST_ATTACK_MS);
  });
  return Promise.race([attacking, late]).finally(() => clearTimeout(timer));
}

/** Looks at a server's memory again and again. */
class MemoryWatch {
  readonly #server: ServerProcess;
  readonly #startBytes: number;
  readonly #timer: NodeJS.Timeout;
  #peakBytes: number;

  private constructor(server: ServerProcess, startBytes: number) {
    this.#server = server;
    this.#startBytes = startBytes;
    this.#peakBytes = startBytes;
    this.#timer = setInterval(() => void this.#look(), MEMORY_EVERY_MS);
  }

  static async begin(server: ServerProcess): Promise<MemoryWatch> {
    return new MemoryWatch(server, await server.memoryBytes());
  }

  /** How far it rose. */
  end(): number {
    clearInterval(this.#timer);
    return this.#peakBytes - this.#startBytes;
  }

  async #look(): Promise<void> {
    if (this.#server.isRunning) this.#peakBytes = Math.max(this.#peakBytes, await this.#server.memoryBytes());
  }
}
