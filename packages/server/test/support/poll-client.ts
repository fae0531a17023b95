import { Agent, type ClientRequest, request } from "node:http";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { FrameReader } from "./frame-reader.ts";
import { within } from "./deadline.ts";

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
): Promise<Polled> {
  return answerOf(request(`${server.url}/poll?${new URLSearchParams(query)}`, { agent: false }));
}

/** A client that polls in a loop, as docs/http-streams.md says, and hands out the frames. */
export class PollClient extends FrameReader {
  readonly #server: { readonly url: string };
  readonly #query: URLSearchParams;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #asking: ClientRequest | null = null;
  #isCut = false;
  #resumed: Promise<void> | null = null;
  #resume: () => void = () => {};

  private constructor(server: { readonly url: string }, query: string) {
    super();
    this.#server = server;
    this.#query = new URLSearchParams(query);
  }

  /** Starts to poll with this query; the test's end stops it. */
  static open(t: TestContext, server: { readonly url: string }, query = ""): PollClient {
    const client = new PollClient(server, query);
    t.after(() => client.cut());
    void client.#loop();
    return client;
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

  /** Resolves when a poll waits at the server. */
  async settled(): Promise<void> {
    while (this.#asking?.writableFinished !== true) await this.more("a poll on its way");
    // What the network holds when a request goes out is read at the latest together with it.
    for (let count = 0; count < 2; count += 1)
      await answerOf(request(`${this.#server.url}/health`, { agent: false }));
  }

  /** Goes away without a word. */
  cut(): void {
    this.#isCut = true;
    this.#asking?.destroy();
    this.#agent.destroy();
    this.resume();
  }

  /** Resolves when the server wants no more polls, or the client went away. */
  async ended(): Promise<void> {
    while (!this.isClosed) await this.more("the end of the polls");
  }

  async #loop(): Promise<void> {
    try {
      while (!this.#isCut) {
        await this.#resumed;
        if (!(await this.#once())) break;
      }
    } catch {
      // The client was cut off, or the server is gone.
    }
    this.#agent.destroy();
    this.end();
  }

  async #once(): Promise<boolean> {
    const asking = request(`${this.#server.url}/poll?${this.#query}`, { agent: this.#agent });
    this.#asking = asking;
    asking.on("finish", () => this.woken());
    const { answer } = await answerOf(asking);
    this.#asking = null;
    if (answer === null) return false;
    this.#query.set("session", answer.session);
    this.#query.set("since", answer.since);
    for (const frame of answer.frames) this.take(JSON.stringify(frame));
    return !this.frames.some(({ type }) => type === "disconnect");
  }
}

async function answerOf(asking: ClientRequest): Promise<Polled> {
  const answered = new Promise<Polled>((resolve, reject) => {
    asking.on("error", reject);
    asking.on("response", (response) => {
      text(response).then((body) => {
        const { statusCode: status = 0 } = response;
        resolve({ status, text: body, answer: status === 200 ? readAnswer(body) : null });
      }, reject);
    });
  });
  asking.end();
  return within(answered, "the answer to a poll");
}

function readAnswer(body: string): PollAnswer | null {
  const answer: unknown = JSON.parse(body);
  return isAnswer(answer) ? answer : null;
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
