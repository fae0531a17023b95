import { setTimeout as wait } from "node:timers/promises";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { readChannel, readHead, readReceipt } from "./api.ts";
import { PUBLISHERS, SDK_CHANNELS, SUBSCRIBERS } from "./cast.ts";
import { CHANNELS, SERVER_CONFIG } from "./channels.ts";
import { doneWithin } from "./done-within.ts";
import { sdkClient } from "./doors/sdk-door.ts";
import type { CursorEvidence, Evidence } from "./evidence.ts";
import { freePort } from "./free-port.ts";
import { Publisher } from "./publisher.ts";
import type { Random } from "../support/random.ts";
import { SdkSubscriber } from "./sdk-subscriber.ts";
import { type Heads, Subscriber } from "./subscriber.ts";

/** How a run goes. */
export interface ChaosOptions {
  readonly kills: number;
  readonly random: Random;
  /** What the server is doing when it is killed, in this order and then again; random if not given. */
  readonly moments?: readonly Moment[];
  /** The longest time that a server serves before it is killed. */
  readonly longestUpMs: number;
  /** The command line's program. */
  readonly program: string;
  /** Told of every kill and restart, for whoever watches. */
  readonly tell: (line: string) => void;
}

/** What the server was doing when it was killed, or `clean` for an orderly stop. */
type Moment = "serving" | "starting" | "stopping" | "clean";

const MOMENTS: readonly [Moment, ...Moment[]] = [
  "serving",
  "serving",
  "serving",
  "serving",
  "starting",
  "stopping",
  "clean",
];

/** What a run leaves. */
export interface ChaosOutcome {
  readonly evidence: Evidence;
  readonly moments: Readonly<Record<Moment, number>>;
}

/** So long may everybody take to come to the end, after the last restart. */
const PATIENCE_MS = 120_000;
const LONGEST_STOPPING_MS = 60;

/** Publishes, subscribes and kills, then collects what everybody has seen. The data folder is removed. */
export async function runChaos(options: ChaosOptions): Promise<ChaosOutcome> {
  const { random, program } = options;
  const port = await freePort(random);
  const server = await startServerProcess({ settings: SERVER_CONFIG, port, program, logLevel: "error" });
  try {
    return await new ChaosRun(options, server).run();
  } finally {
    await server.stop();
  }
}

class ChaosRun {
  readonly #options: ChaosOptions;
  readonly #server: ServerProcess;
  readonly #publishers: readonly Publisher[];
  readonly #subscribers: readonly Subscriber[];
  readonly #mishaps: string[] = [];
  readonly #moments: Record<Moment, number> = { serving: 0, starting: 0, stopping: 0, clean: 0 };
  /** What the last start took; until then, what one usually takes. */
  #startMs = 1000;
  #disturbances = 0;

  constructor(options: ChaosOptions, server: ServerProcess) {
    const { random } = options;
    this.#options = options;
    this.#server = server;
    this.#publishers = PUBLISHERS.map((plan) => new Publisher(plan, server, random.fork()));
    this.#subscribers = SUBSCRIBERS.map((plan) => new Subscriber(plan, server, random.fork()));
  }

  async run(): Promise<ChaosOutcome> {
    const sdk = new SdkSubscriber("sdk", SDK_CHANNELS, sdkClient(this.#server));
    const subscribers = [...this.#subscribers, sdk];
    const reading = this.#subscribers.map((subscriber) => subscriber.run());
    const publishing = this.#publishers.map((publisher) => publisher.run());
    for (let kills = 0; kills < this.#options.kills; ) {
      const moment = await this.#disturb();
      if (moment !== "clean") kills += 1;
    }
    await wait(this.#options.longestUpMs);
    for (const publisher of this.#publishers) publisher.stop();
    await this.#patiently("acknowledging every publish", Promise.all(publishing), () =>
      this.#publishers.map(({ name, unanswered }) => `${name} waits for ${unanswered} answers`),
    );
    const heads = await this.#heads();
    const reached = Promise.all(subscribers.map((subscriber) => subscriber.reach(heads)));
    await this.#patiently("bringing every subscriber to the end", reached, () =>
      subscribers.map((subscriber) => `${subscriber.name} ${subscriber.whereItIs(heads)}`),
    );
    for (const subscriber of subscribers) subscriber.stop();
    await Promise.all(reading);
    const evidence = await this.#evidence(subscribers);
    await this.#stopCleanly();
    return { evidence, moments: this.#moments };
  }

  /** Ends the server at a random moment, and starts it again. */
  async #disturb(): Promise<Moment> {
    const { random, longestUpMs, tell, moments } = this.#options;
    const moment = moments?.[this.#disturbances % moments.length] ?? random.pick(MOMENTS);
    this.#disturbances += 1;
    await wait(random.integer(0, longestUpMs));
    const underWay = this.#publishers.reduce((sum, publisher) => sum + publisher.unanswered, 0);
    if (moment === "stopping") {
      this.#server.askToStop();
      await wait(random.integer(0, LONGEST_STOPPING_MS));
    }
    if (moment === "clean") await this.#stopCleanly();
    else await this.#server.kill();
    if (moment === "starting") {
      const started = this.#server.start().catch(() => "killed before it listened");
      await Promise.race([started, wait(random.integer(0, this.#startMs))]);
      await this.#server.kill();
      await started;
    }
    const beganMs = performance.now();
    await this.#server.start();
    this.#startMs = performance.now() - beganMs;
    this.#moments[moment] += 1;
    const deed = moment === "clean" ? "stopped" : `killed while ${moment}`;
    tell(`${deed} with ${underWay} requests under way`);
    return moment;
  }

  async #stopCleanly(): Promise<void> {
    const status = await this.#server.end();
    if (status !== 0) this.#mishaps.push(`an orderly stop ended with status ${status}`);
  }

  async #heads(): Promise<Heads> {
    return new Map(
      await Promise.all(
        CHANNELS.map(async ({ name }) => [name, await readHead(this.#server, name)] as const),
      ),
    );
  }

  async #evidence(subscribers: Evidence["subscribers"]): Promise<Evidence> {
    const channels = [];
    for (const channel of CHANNELS) channels.push(await readChannel(this.#server, channel));
    const cursors: CursorEvidence[] = [];
    for (const { name: user, confirmed } of this.#subscribers) {
      for (const [channel, offset] of confirmed) {
        // What a channel in memory has forgotten, it has forgotten the readers of, too.
        if (channel.startsWith("memory.")) continue;
        const found = await readReceipt(this.#server, channel, user);
        cursors.push({ user, channel, confirmed: offset, found });
      }
    }
    const serverErrors = [...this.#server.log, ...this.#mishaps];
    return { channels, publishers: this.#publishers, subscribers, cursors, serverErrors };
  }

  /** What does not come to its end is left to the verifier, which says what is missing. */
  async #patiently(what: string, work: Promise<unknown>, stuck: () => readonly string[]): Promise<void> {
    if (await doneWithin(PATIENCE_MS, work)) return;
    this.#mishaps.push(`${what} took more than ${PATIENCE_MS} ms: ${stuck().join("; ")}`);
  }
}
