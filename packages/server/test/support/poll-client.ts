import type { TestContext } from "node:test";
import { PATIENCE_MS } from "./deadline.ts";
import { FrameReader } from "./frame-reader.ts";

/** What one poll was answered. */
export interface PollAnswer {
  readonly session: string;
  readonly since: string;
  readonly frames: readonly unknown[];
}

/** The status of a poll, and its answer; null when it was refused. */
export interface Polled {
  readonly status: number;
  readonly answer: PollAnswer | null;
  readonly text: string;
}

/** Polls once. */
export async function poll(
  server: { readonly url: string },
  query: Readonly<Record<string, string>>,
  init: RequestInit = {},
): Promise<Polled> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(`${server.url}/poll?${new URLSearchParams(query)}`, { signal, ...init });
  const text = await response.text();
  return { status: response.status, answer: response.status === 200 ? readAnswer(text) : null, text };
}

/** A client that polls in a loop as the page of the docs says, and hands out the frames. */
export class PollClient extends FrameReader {
  readonly #server: { readonly url: string };
  readonly #query: Readonly<Record<string, string>>;
  readonly #gone = new AbortController();
  #session: string | null = null;
  #since: string | null = null;
  #resumed: Promise<void> | null = null;
  #resume: () => void = () => {};

  private constructor(server: { readonly url: string }, query: Readonly<Record<string, string>>) {
    super();
    this.#server = server;
    this.#query = query;
  }

  /** Starts to poll with this query; the test's end stops it. */
  static open(t: TestContext, server: { readonly url: string }, query = ""): PollClient {
    const client = new PollClient(server, Object.fromEntries(new URLSearchParams(query)));
    t.after(() => client.cut());
    void client.#loop();
    return client;
  }

  /** Where the next poll goes on. */
  get since(): string {
    return this.#since ?? "";
  }

  /** Asks no more until `resume`, once the poll under way is answered. */
  pause(): void {
    this.#resumed = new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  resume(): void {
    this.#resumed = null;
    this.#resume();
  }

  /** Goes away without a word. */
  cut(): void {
    this.#gone.abort();
    this.resume();
  }

  /** Resolves when the server wants no more polls, or the client went away. */
  async ended(): Promise<void> {
    while (!this.isClosed) await this.more("the end of the polls");
  }

  async #loop(): Promise<void> {
    try {
      while (!this.#gone.signal.aborted) {
        await this.#resumed;
        if (!(await this.#once())) break;
      }
    } catch {
      // The client was cut off, or the server is gone.
    }
    this.end();
  }

  async #once(): Promise<boolean> {
    const query = {
      ...this.#query,
      ...(this.#session === null ? {} : { session: this.#session }),
      ...(this.#since === null ? {} : { since: this.#since }),
    };
    const { answer } = await poll(this.#server, query, { signal: this.#gone.signal });
    if (answer === null) return false;
    this.#session = answer.session;
    this.#since = answer.since;
    for (const frame of answer.frames) this.take(JSON.stringify(frame));
    return !this.frames.some(({ type }) => type === "disconnect");
  }
}

function readAnswer(text: string): PollAnswer {
  const answer: unknown = JSON.parse(text);
  if (!isAnswer(answer)) throw new Error(`this is no answer to a poll: ${text.slice(0, 300)}`);
  return answer;
}

function isAnswer(value: unknown): value is PollAnswer {
  return (
    typeof value === "object" &&
    value !== null &&
    "session" in value &&
    typeof value.session === "string" &&
    "since" in value &&
    typeof value.since === "string" &&
    "frames" in value &&
    Array.isArray(value.frames)
  );
}
