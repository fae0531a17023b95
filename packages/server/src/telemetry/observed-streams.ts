import type { Clock } from "../base/clock.ts";
import type { HistoryOptions } from "../config/channel-options.ts";
import type { Message } from "../core/message.ts";
import type { PublishTrace, TraceStep } from "../core/publish-trace.ts";
import type {
  Append,
  Appended,
  Head,
  Located,
  LocatedTime,
  Page,
  PageQuery,
  StreamCatalogue,
  Streams,
} from "../core/streams.ts";
import type { Turn, TurnWitness } from "../core/turn.ts";

/**
 * Streams whose appends are followed to the last write: how long that took, and, for what is traced, its steps.
 *
 * A batch costs two readings of the clock, whatever is in it and however many receive it. What no turn hands out, since nobody is subscribed
 * or all of it were repeats, counts for nothing.
 */
export class ObservedStreams implements Streams {
  readonly #streams: Streams;
  readonly #turn: Turn;
  readonly #clock: Clock;
  readonly #delivered: (durationMs: number) => void;

  /** `clock` never jumps. `delivered` is told of each batch how long it took to its last write. */
  constructor(streams: Streams, turn: Turn, clock: Clock, delivered: (durationMs: number) => void) {
    this.#streams = streams;
    this.#turn = turn;
    this.#clock = clock;
    this.#delivered = delivered;
  }

  get catalogue(): StreamCatalogue {
    return this.#streams.catalogue;
  }

  async append(batch: readonly Append[]): Promise<readonly Appended[]> {
    const startedAtMs = this.#clock.nowMs();
    const traces = tracesOf(batch);
    const commits = traces.map((trace) => trace.begin("store commit", null));
    const results = await this.#streams.append(batch);
    for (const commit of commits) commit.end();
    // The store has told the hub before it answers, so the turn that hands the batch out has not ended yet.
    if (this.#turn.isBusy && results.some(isNew)) {
      const turns = traces.map((trace) => new TracedTurn(trace));
      this.#turn.witness(new Passage(turns, () => this.#delivered(this.#clock.nowMs() - startedAtMs)));
    }
    return results;
  }

  open(channel: string, history: HistoryOptions | null): Promise<Head> {
    return this.#streams.open(channel, history);
  }

  close(channel: string): void {
    this.#streams.close(channel);
  }

  openAll(): Promise<number> {
    return this.#streams.openAll();
  }

  closeAll(): void {
    this.#streams.closeAll();
  }

  read(query: PageQuery): Promise<Page> {
    return this.#streams.read(query);
  }

  locate(
    channel: string,
    history: HistoryOptions,
    epoch: string,
    offset: number,
    head: Head,
  ): Promise<Located> {
    return this.#streams.locate(channel, history, epoch, offset, head);
  }

  locateTime(channel: string, history: HistoryOptions, timeMs: number, head: Head): Promise<LocatedTime> {
    return this.#streams.locateTime(channel, history, timeMs, head);
  }

  purge(channel: string, history: HistoryOptions): Promise<Head> {
    return this.#streams.purge(channel, history);
  }

  lastValues(channel: string, history: HistoryOptions | null): Promise<readonly Message[]> {
    return this.#streams.lastValues(channel, history);
  }
}

function isNew(appended: Appended): boolean {
  return appended.ok && !appended.duplicate;
}

const NONE: readonly PublishTrace[] = [];

/** Each trace once: one call may publish many messages. */
function tracesOf(batch: readonly Append[]): readonly PublishTrace[] {
  if (batch.every(({ trace }) => (trace ?? null) === null)) return NONE;
  return [...new Set(batch.flatMap(({ trace }) => trace ?? []))];
}

/** A batch from the store's answer to the last write. */
class Passage implements TurnWitness {
  readonly #turns: readonly TracedTurn[];
  readonly #written: () => void;

  constructor(turns: readonly TracedTurn[], written: () => void) {
    this.#turns = turns;
    this.#written = written;
  }

  handedOut(): void {
    for (const turn of this.#turns) turn.handedOut();
  }

  written(): void {
    for (const turn of this.#turns) turn.written();
    this.#written();
  }
}

/** The steps of one traced call within the turn that hands out what it published. */
class TracedTurn implements TurnWitness {
  readonly #trace: PublishTrace;
  readonly #turn: TraceStep;
  #write: TraceStep | null = null;

  constructor(trace: PublishTrace) {
    this.#trace = trace;
    this.#turn = trace.begin("hub turn", null);
  }

  handedOut(): void {
    this.#write = this.#trace.begin("last write", this.#turn);
  }

  written(): void {
    this.#write?.end();
    this.#turn.end();
  }
}
