import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { TestContext } from "node:test";
import { createTidewire, type CreateOptions, type Tidewire } from "../../src/index.ts";
import { within } from "./deadline.ts";
import { RecordingLogger } from "./recording-logger.ts";

/** A program with an HTTP server of its own, and a Tidewire in it. */
export interface TestHost<Channels extends object> {
  readonly server: Server;
  readonly tidewire: Tidewire<Channels>;
  /** Of the program. */
  readonly origin: string;
  /** Of Tidewire, without the slash at the end, for HTTP and for WebSockets. */
  readonly url: string;
  readonly wsUrl: string;
  /** The fields of what Tidewire has logged under this event. */
  logged(event: string): readonly Readonly<Record<string, unknown>>[];
  /** Calls Tidewire's API with the right key. */
  api(method: string, path: string, body?: unknown): Promise<Response>;
}

/** What a test wants different. */
export interface HostOptions extends CreateOptions {
  /** What the program itself answers. */
  readonly answer?: RequestListener;
}

export const API_KEY = "a-key-of-the-tests";

const HELLO: RequestListener = ({ method, url }, response) => {
  response.end(`the program: ${method} ${url}`);
};

/** Starts it with the memory engine on a port of its own; the test's end closes both. */
export async function startHost<Channels extends object = { "**": unknown }>(
  t: TestContext,
  { answer = HELLO, settings = {}, ...options }: HostOptions = {},
): Promise<TestHost<Channels>> {
  const server = createServer(answer);
  const logger = new RecordingLogger();
  const tidewire = await createTidewire<Channels>({
    server,
    logger,
    settings: { engine: "memory", apiKeys: [API_KEY], drainMs: 200, ...settings },
    ...options,
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    await within(tidewire.close(), "Tidewire's end");
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const origin = `http://127.0.0.1:${address.port}`;
  const url = origin + tidewire.basePath;
  return {
    server,
    tidewire,
    origin,
    url,
    wsUrl: url.replace("http", "ws"),
    logged: (event) => logger.of(event).map(({ fields }) => ({ ...fields })),
    api: (method, path, body) =>
      fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${API_KEY}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}
