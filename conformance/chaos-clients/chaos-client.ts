import { setTimeout as wait } from "node:timers/promises";
import { hostEnvironment, Tidewire, TidewireError } from "@tidewire/client";
import { contentOf } from "../chaos/content.ts";
import type { Acknowledged, PublisherEvidence, Sent } from "../chaos/evidence.ts";
import type { Random } from "../support/random.ts";
import { SdkSubscriber } from "../chaos/sdk-subscriber.ts";
import type { Heads } from "../chaos/subscriber.ts";
import { FaultProxy } from "../support/proxy/fault-proxy.ts";
import { Census } from "./census.ts";
import { FAULT_NAMES, FAULTS, type FaultName } from "./faults.ts";
import { SimulatedPage } from "./simulated-page.ts";

/** What a client does at most so often, in milliseconds. */
const LONGEST_REST_MS = { publish: 18_000, fault: 10_000 } as const;

const LONGEST_BURST = 2;

/** Impatient, so that a run of two minutes has many returns in it. */
const IMPATIENT = {
  backoff: { minMs: 20, maxMs: 500 },
  connectTimeoutMs: 2000,
  pongTimeoutMs: 1500,
  probeTimeoutMs: 500,
  trustHiddenMs: 100,
} as const;

/** An SDK client behind a network of its own, on which everything happens that happens to phones. */
export class ChaosClient implements PublisherEvidence {
  readonly name: string;
  readonly keepsOrder = true;
  readonly sent: Sent[] = [];
  readonly acknowledged: Acknowledged[] = [];
  readonly refusals: string[] = [];
  readonly proxy: FaultProxy;
  readonly page = new SimulatedPage();
  readonly census = new Census();
  readonly subscriber: SdkSubscriber;
  /** Which faults it went through, in order. */
  readonly faults: FaultName[] = [];
  readonly #channels: readonly [string, ...string[]];
  readonly #random: Random;
  readonly #client: Tidewire;
  #unanswered = 0;
  #answered: () => void = () => {};

  private constructor(
    name: string,
    channels: readonly [string, ...string[]],
    proxy: FaultProxy,
    random: Random,
  ) {
    this.name = name;
    this.#channels = channels;
    this.#random = random;
    this.proxy = proxy;
    this.#client = new Tidewire(
      proxy.url,
      // Other doors have several connections, and this counts to one.
      { user: name, fallback: false, ...IMPATIENT },
      { ...hostEnvironment(), ...this.census.environment, page: this.page },
    );
    this.subscriber = new SdkSubscriber(name, channels, this.#client);
  }

  /** Opens a network to the server's port, and the client behind it. */
  static async start(
    name: string,
    channels: readonly [string, ...string[]],
    serverPort: number,
    random: Random,
  ): Promise<ChaosClient> {
    return new ChaosClient(name, channels, await FaultProxy.start(serverPort), random);
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  /** For finding out whether it is still held by anything after its end. */
  get trace(): WeakRef<Tidewire> {
    return new WeakRef(this.#client);
  }

  /** Publishes, and suffers, until the signal; then its network is good again. */
  async live(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#publishUntil(signal), this.#sufferUntil(signal)]);
  }

  /** Resolves when everything it published is acknowledged or refused. */
  async settled(): Promise<void> {
    while (this.#unanswered > 0) {
      await new Promise<void>((resolve) => {
        this.#answered = resolve;
      });
    }
  }

  async reach(heads: Heads): Promise<void> {
    await this.subscriber.reach(heads);
  }

  /** Closes the client, then its network. */
  close(): void {
    this.subscriber.stop();
    this.proxy.close();
  }

  async #publishUntil(signal: AbortSignal): Promise<void> {
    const random = this.#random.fork();
    while (await restedUntil(random.integer(0, LONGEST_REST_MS.publish), signal)) {
      for (let left = random.integer(1, LONGEST_BURST); left > 0; left -= 1) {
        void this.#publish(random.pick(this.#channels));
      }
    }
  }

  async #sufferUntil(signal: AbortSignal): Promise<void> {
    const random = this.#random.fork();
    while (await restedUntil(random.integer(0, LONGEST_REST_MS.fault), signal)) {
      const name = random.pick(FAULT_NAMES);
      this.faults.push(name);
      await FAULTS[name](this, random);
    }
  }

  async #publish(channel: string): Promise<void> {
    const id = `${this.name}/${this.sent.length + 1}`;
    this.sent.push({ channel, id });
    this.#unanswered += 1;
    try {
      const {
        epoch = "",
        offset = 0,
        duplicate,
      } = await this.#client.publish(channel, contentOf(channel, id), { messageId: id });
      this.acknowledged.push({ channel, id, epoch, offset, duplicate });
    } catch (error) {
      this.refusals.push(error instanceof TidewireError ? error.code : String(error));
    }
    this.#unanswered -= 1;
    this.#answered();
  }
}

/** Waits, and tells whether it may go on: not once the signal has come. */
async function restedUntil(durationMs: number, signal: AbortSignal): Promise<boolean> {
  await wait(durationMs, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
