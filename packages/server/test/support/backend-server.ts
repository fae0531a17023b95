import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { TestContext } from "node:test";
import { eventually } from "./deadline.ts";

/** A secret as Standard Webhooks writes it. */
export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** One request that a backend got. */
interface BackendRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** What a backend answers: JSON with status 200, a bare status, or whatever it does with the response itself. */
type BackendAnswer = Readonly<Record<string, unknown>> | number | ((response: ServerResponse) => void);

export type AnswerBackend = (request: BackendRequest) => BackendAnswer | Promise<BackendAnswer>;

/** A backend on a port of its own, which keeps what it was sent. */
export interface BackendServer {
  readonly url: string;
  readonly requests: BackendRequest[];
  /** How it answers; a test may change it. */
  answer: AnswerBackend;
  /** Closes the port, so that connecting is refused, until `listen`. */
  close(): Promise<void>;
  listen(): Promise<void>;
  /** Resolves once it has so many requests. */
  received(count: number): Promise<void>;
}

/** Starts one; the test's end stops it. */
export async function startBackend(t: TestContext, answer: AnswerBackend): Promise<BackendServer> {
  let port = 0;
  const requests: BackendRequest[] = [];
  const server = createServer((request, response) => {
    void read(request).then(async (got) => {
      requests.push(got);
      const answered = await backend.answer(got);
      if (typeof answered === "function") answered(response);
      else if (typeof answered === "number") response.writeHead(answered).end();
      else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answered));
    });
  });
  const backend: BackendServer = {
    get url() {
      return `http://127.0.0.1:${port}/backend`;
    },
    requests,
    answer,
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
    async listen() {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      const address = server.address();
      if (address !== null && typeof address === "object") port = address.port;
    },
    received: (count) => eventually(`${count} requests`, () => requests.length >= count),
  };
  await backend.listen();
  t.after(() => backend.close());
  return backend;
}

async function read(request: IncomingMessage): Promise<BackendRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString("utf8");
  const json: unknown = JSON.parse(body);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return {
    path: request.url ?? "",
    headers: Object.fromEntries(headers),
    body,
    json: typeof json === "object" && json !== null ? { ...json } : {},
  };
}
