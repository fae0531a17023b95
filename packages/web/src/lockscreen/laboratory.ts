import { type JsonValue, Tidewire } from "@tidewire/client";
import { connectionView } from "../look/connection-state.ts";
import type { ConnectionView } from "../look/connection-view.ts";
import { FrameBatch } from "../look/frame-batch.ts";
import { Store } from "../look/store.ts";
import { beginEpisode, endEpisode, type Episode, hearInEpisode, type Side, SIDES } from "./episode.ts";
import { Ledger } from "./ledger.ts";
import { NaiveClient } from "./naive-client.ts";
import { SimulatedPhone, type Treatment } from "./simulated-phone.ts";
import { Source } from "./source.ts";
import { Timeline } from "./timeline.ts";

/** The laboratory hurries: nobody wants to wait ten seconds until the SDK doubts its socket. */
export const HURRIED = { trustHiddenMs: 2000, probeTimeoutMs: 1000 } as const;

/** Both phones listen to it besides: what is pushed here, by a command, is shown as it is. */
const OUTSIDE_CHANNEL = "demo.lockscreen.outside";

/** Only sockets are simulated: other doors would lead around the treatment. */
const SOCKETS_ONLY = { fallback: false } as const;

/** How long each treatment takes when all are done one after the other. */
const COURSE: readonly (readonly [Treatment, number])[] = [
  ["locked", 4000],
  ["frozen", 3000],
  ["cut", 4000],
];

/** The longest wait for both sides to recover, and the rest after it. */
const RECOVERY_MS = 10_000;
const REST_MS = 1000;

const EPISODES_SHOWN = 6;

/** What is known of one side. */
export interface PhoneView {
  /** What the client believes. */
  readonly connection: ConnectionView;
  readonly received: number;
  /** Published, and not there yet. */
  readonly missing: number;
  readonly lost: number;
  readonly repeated: number;
  readonly reordered: number;
  /** The last text that somebody pushed from outside the page. */
  readonly said: string | undefined;
}

/** What the page shows. */
export interface LabView {
  readonly sent: number;
  readonly phones: Readonly<Record<Side, PhoneView>>;
  /** Newest first; the first may still go on. */
  readonly episodes: readonly Episode[];
  readonly treatment: Treatment | undefined;
  /** Whether all treatments are being done one after the other. */
  readonly isOnCourse: boolean;
  /** Why nothing is published, for the person. */
  readonly problem: string | undefined;
}

const UNCONNECTED: PhoneView = {
  connection: { kind: "connecting" },
  received: 0,
  missing: 0,
  lost: 0,
  repeated: 0,
  reordered: 0,
  said: undefined,
};

/** A source of messages, two phones that listen to it, and what is done to both. */
export class Laboratory {
  readonly view: Store<LabView> = new Store<LabView>({
    sent: 0,
    phones: { naive: UNCONNECTED, sdk: UNCONNECTED },
    episodes: [],
    treatment: undefined,
    isOnCourse: false,
    problem: undefined,
  });
  readonly channel: string;
  readonly timeline = new Timeline();
  readonly #phones: Readonly<Record<Side, SimulatedPhone>> = {
    naive: new SimulatedPhone(),
    sdk: new SimulatedPhone(),
  };
  readonly #ledgers: Readonly<Record<Side, Ledger>> = { naive: new Ledger(), sdk: new Ledger() };
  readonly #connections: Record<Side, ConnectionView> = {
    naive: { kind: "connecting" },
    sdk: { kind: "connecting" },
  };
  readonly #said: Record<Side, string | undefined> = { naive: undefined, sdk: undefined };
  readonly #batch = new FrameBatch<Side>(() => this.#count());
  readonly #source: Source;
  #stored = 0;

  /** `channel` belongs to this laboratory alone. */
  constructor(url: string, channel: string) {
    this.channel = channel;
    this.#source = new Source(url, channel, {
      onSent: (number) => {
        this.timeline.sent(number, Date.now());
        this.#change({ sent: number });
      },
      onStored: (number) => {
        this.#stored = Math.max(this.#stored, number);
        this.#batch.push("sdk");
      },
      onRefused: (problem) => this.#change({ problem }),
    });
    const socketUrl = `${url.replace(/^http/, "ws")}/connect?channels=${channel},${OUTSIDE_CHANNEL}`;
    const naive = new NaiveClient(socketUrl, this.#phones.naive, {
      onData: (data) => this.#hear("naive", data),
      onState: (connection) => this.#connected("naive", connection),
    });
    naive.connect();
    const { environment } = this.#phones.sdk;
    const sdk = new Tidewire<{ "**": JsonValue }>(
      url,
      { name: "tidewire-lockscreen", ...HURRIED, ...SOCKETS_ONLY },
      environment,
    );
    sdk.on("state", (state) => this.#connected("sdk", connectionView(state)));
    for (const each of [channel, OUTSIDE_CHANNEL]) {
      sdk.subscribe(each).on("message", ({ data }) => this.#hear("sdk", data));
    }
  }

  isLost(side: Side, number: number): boolean {
    return this.#ledgers[side].isLost(number);
  }

  /** Begins a treatment of both phones; nothing happens while another one goes on. */
  begin(treatment: Treatment): void {
    const { episodes, treatment: before } = this.view.value;
    if (before !== undefined) return;
    const episode = beginEpisode((episodes[0]?.number ?? 0) + 1, treatment, Date.now());
    this.#change({ treatment, episodes: [episode, ...episodes].slice(0, EPISODES_SHOWN) });
    for (const side of SIDES) this.#phones[side].begin(treatment);
  }

  /** Ends the treatment of both phones. */
  end(): void {
    const { episodes, treatment } = this.view.value;
    const [episode, ...earlier] = episodes;
    if (treatment === undefined || episode === undefined) return;
    this.#change({ treatment: undefined, episodes: [endEpisode(episode, Date.now()), ...earlier] });
    for (const side of SIDES) this.#phones[side].end(treatment);
  }

  /** Does every treatment, one after the other. Resolves when the last one is over. */
  async runCourse(): Promise<void> {
    if (this.view.value.isOnCourse) return;
    this.end();
    this.#change({ isOnCourse: true });
    for (const [treatment, durationMs] of COURSE) {
      this.begin(treatment);
      await wait(durationMs);
      this.end();
      await Promise.race([this.#recovered(), wait(RECOVERY_MS)]);
      await wait(REST_MS);
    }
    this.#change({ isOnCourse: false });
  }

  #hear(side: Side, data: unknown): void {
    if (typeof data !== "number") {
      this.#said[side] = readText(data);
      this.#batch.push(side);
      return;
    }
    const ledger = this.#ledgers[side];
    const nowMs = Date.now();
    const lostBefore = ledger.lost;
    ledger.hear(data);
    const sentAtMs = this.timeline.heard(side, data, nowMs) ?? 0;
    const { episodes } = this.view.value;
    const [episode, ...earlier] = episodes;
    if (episode !== undefined) {
      const heard = hearInEpisode(episode, side, sentAtMs, ledger.lost - lostBefore, nowMs);
      if (heard !== episode) this.#change({ episodes: [heard, ...earlier] });
    }
    this.#batch.push(side);
  }

  #connected(side: Side, connection: ConnectionView): void {
    this.#connections[side] = connection;
    this.timeline.changed(side, connection.kind, Date.now());
    this.#count();
    // Both listen before the first message is sent, or one of them would miss it for another reason.
    if (SIDES.every((each) => this.#connections[each].kind === "live")) this.#source.start();
  }

  #count(): void {
    this.#change({ phones: { naive: this.#viewOf("naive"), sdk: this.#viewOf("sdk") } });
  }

  #viewOf(side: Side): PhoneView {
    const { received, highest, lost, repeated, reordered } = this.#ledgers[side];
    const missing = Math.max(0, this.#stored - highest);
    const [connection, said] = [this.#connections[side], this.#said[side]];
    return { connection, received, missing, lost, repeated, reordered, said };
  }

  /** Resolves when both sides hear what is sent again. */
  async #recovered(): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        const [episode] = this.view.value.episodes;
        const isOver = SIDES.every((side) => episode?.outcomes[side].recoveredInMs !== undefined);
        if (!isOver) return;
        stop();
        resolve();
      };
      const stop = this.view.listen(look);
      look();
    });
  }

  #change(change: Partial<LabView>): void {
    this.view.set({ ...this.view.value, ...change });
  }
}

/** The text of what was pushed, else the whole of it. */
function readText(data: unknown): string {
  const isText = typeof data === "object" && data !== null && "text" in data && typeof data.text === "string";
  return isText ? data.text : JSON.stringify(data);
}

async function wait(durationMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, durationMs);
  });
}
