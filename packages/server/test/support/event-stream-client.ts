import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import type { CleanUp } from "./clean-up.ts";
import { within } from "./deadline.ts";
import { FrameReader } from "./frame-reader.ts";

/** A client of server-sent events that reads as the HTML standard says (§9.2.6), and hands out the native frames. */
export class EventStreamClient extends FrameReader {
  readonly headers: IncomingHttpHeaders;
  /** What an EventSource would send when it returns. */
  lastEventId = "";
  /** The reconnection time that the stream has set last. */
  retryMs: number | null = null;
  /** Lines that begin with a colon, without it. */
  readonly comments: string[] = [];
  /** Types of events, which a plain `onmessage` does not hear. */
  readonly types: string[] = [];
  /** Everything that came, as it came. */
  text = "";
  readonly #response: IncomingMessage;
  #rest = "";
  #data: string[] = [];
  #id = "";

  private constructor(response: IncomingMessage) {
    super();
    this.headers = response.headers;
    this.#response = response;
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => this.#read(chunk));
    response.on("error", () => {});
    response.on("close", () => this.end());
  }

  /** Opens `/events` with this query; the test's end closes it. Rejects when there is no stream. */
  static async open(
    t: CleanUp,
    server: { readonly url: string },
    query = "",
    headers: Readonly<Record<string, string>> = {},
  ): Promise<EventStreamClient> {
    const asked = request(`${server.url}/events?${query}`, { headers, agent: false });
    t.after(() => asked.destroy());
    const response = await answerOf(asked);
    if (response.statusCode !== 200) throw new Error(`${query} was answered ${response.statusCode}`);
    return new EventStreamClient(response);
  }

  /** Resolves when the stream has ended, however. */
  async ended(): Promise<void> {
    while (!this.isClosed) await this.more("the end of the stream");
  }

  /** Stops reading, so that what comes waits at the server once the network is full. */
  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  /** Goes away without a word. */
  cut(): void {
    this.#response.destroy();
  }

  /** Resolves once so many heartbeats have come. */
  async beaten(times: number): Promise<void> {
    while (this.comments.filter((comment) => comment === "").length < times) await this.more("a heartbeat");
  }

  #read(chunk: string): void {
    this.text += chunk;
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#takeLine(line);
    this.woken();
  }

  #takeLine(line: string): void {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "") this.comments.push(value);
    else if (field === "data") this.#data.push(value);
    else if (field === "id") this.#id = value;
    else if (field === "event") this.types.push(value);
    else if (field === "retry") this.retryMs = Number(value);
  }

  #dispatch(): void {
    this.lastEventId = this.#id;
    const data = this.#data;
    this.#data = [];
    if (data.length > 0) this.take(data.join("\n"));
  }
}

/** The answer to a request without a body. */
async function answerOf(asked: ClientRequest): Promise<IncomingMessage> {
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asked.on("response", resolve);
    asked.on("error", reject);
  });
  asked.end();
  return within(answered, "the answer's head");
}
