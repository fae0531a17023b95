import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
} from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";

/** One POST of JSON. */
export interface Post {
  readonly url: string;
  readonly body: Uint8Array;
  /** Beside those that say what the body is. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** A longer answer is a failure; nothing beyond is read. */
  readonly maxAnswerBytes: number;
}

/** What came of a POST. */
export type Posted =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | {
      readonly ok: false;
      /** For the log. */
      readonly problem: string;
      /**
       * Whether the backend may have acted on the request. Not when no connection came about, and not when a connection that was kept
       * open turned out to be closed, which servers do with idle ones.
       */
      readonly reached: boolean;
    };

/** As long as a kept connection may idle here. Shorter than what servers close theirs after, which is 5 s with the hasty ones. */
const IDLE_MS = 4000;

/**
 * Posts JSON to a backend over connections that are kept open.
 *
 * It goes to the URL it is given and nowhere else: redirects are answers like others, and no proxy is taken from the environment.
 */
export class HttpPoster {
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  /** `maxSockets`: connections to one host, busy and idle ones. */
  constructor(maxSockets: number) {
    const options = { keepAlive: true, maxSockets, timeout: IDLE_MS };
    this.#http = new HttpAgent(options);
    this.#https = new HttpsAgent(options);
  }

  post(post: Post): Promise<Posted> {
    return new Promise((resolve) => {
      const request = this.#begin(post);
      let reached = false;
      const fail = (problem: string): void => resolve({ ok: false, problem, reached });
      request.on("socket", (socket) => {
        const ready = post.url.startsWith("https:") ? "secureConnect" : "connect";
        reached = !socket.connecting;
        // A kept connection never becomes ready again, and would collect a listener from each request.
        if (reached) return;
        socket.once(ready, () => {
          reached = true;
        });
      });
      request.on("error", (error: NodeJS.ErrnoException) => {
        // No byte of an answer came, so an idle connection was closed in the moment it was taken.
        if (request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE")) reached = false;
        fail(describe(error, post.signal));
      });
      request.on("response", (response: IncomingMessage) => {
        readAnswer(response, post).then(resolve, (error: unknown) => fail(describe(error, post.signal)));
      });
      request.end(post.body);
    });
  }

  /** Closes what is idle and ends what is under way. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #begin({ url, body, headers, signal }: Post): ClientRequest {
    const isTls = url.startsWith("https:");
    const options = {
      method: "POST",
      signal,
      headers: {
        "content-type": "application/json",
        "content-length": body.byteLength,
        accept: "application/json",
        "user-agent": "Tidewire",
        ...headers,
      },
    };
    return isTls
      ? requestHttps(url, { ...options, agent: this.#https })
      : requestHttp(url, { ...options, agent: this.#http });
  }
}

async function readAnswer(response: IncomingMessage, { maxAnswerBytes }: Post): Promise<Posted> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) {
      const problem = `the answer is longer than ${maxAnswerBytes} bytes`;
      response.destroy();
      return { ok: false, problem, reached: true };
    }
    chunks.push(chunk);
  }
  return { ok: true, status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") };
}

function describe(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "no answer came in time";
  if (!(error instanceof Error)) return String(error);
  return "code" in error && error.message === "" ? String(error.code) : error.message;
}
