import { HttpSocket, type Joining } from "./http-socket.ts";

/** How long a poll waits at the server for something to say: less than the interval of pings, so that each is a sign of life. */
const WAIT_MS = 20_000;

interface PollAnswer {
  readonly session: string;
  readonly since: string;
  readonly frames: readonly unknown[];
}

/** A socket that hears the server by long polling. */
export class PollSocket extends HttpSocket {
  #poll: AbortController | undefined;
  #isDoubted = false;

  protected override async listen({ query, headers, rest }: Joining): Promise<void> {
    this.subscribe(rest);
    let asked = headers;
    while (!this.isClosed) {
      const answer = await this.#ask(query, asked);
      // Broken off to be asked again, or refused.
      if (answer === undefined) continue;
      query.set("since", answer.since);
      asked = { ...headers, "tidewire-session": answer.session };
      this.receive("");
      for (const frame of answer.frames) this.receive(JSON.stringify(frame));
    }
  }

  /** Asks for an answer at once. */
  protected override ping(): void {
    this.#isDoubted = true;
    this.#poll?.abort();
  }

  /** Polls once; undefined when it was broken off, and after a refusal, which ends the socket. */
  async #ask(
    query: URLSearchParams,
    headers: Readonly<Record<string, string>>,
  ): Promise<PollAnswer | undefined> {
    query.set("waitMs", String(this.#isDoubted ? 0 : WAIT_MS));
    this.#isDoubted = false;
    const poll = new AbortController();
    this.#poll = poll;
    const abort = (): void => poll.abort();
    this.controller.signal.addEventListener("abort", abort, poll);
    try {
      const response = await this.request("poll", query, { headers, signal: poll.signal });
      if (!response.ok) {
        await this.refuse(response);
        this.fail();
        return undefined;
      }
      const answer: unknown = await response.json();
      if (!isAnswer(answer)) throw new TypeError("this is no answer to a poll");
      return answer;
    } catch (error) {
      if (this.#isDoubted && !this.isClosed) return undefined;
      throw error;
    } finally {
      this.controller.signal.removeEventListener("abort", abort);
    }
  }
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
