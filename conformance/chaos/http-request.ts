import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import type { ServerAddress } from "./doors/door.ts";

/** A backend that never hears of a lost request would wait for ever; so long is more than any answer takes. */
const TIMEOUT_MS = 20_000;
const agent = new Agent({ keepAlive: true });

/** An answer of the HTTP API. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Asks the HTTP API; rejects when the connection is lost before the whole answer has come.
 *
 * Not with `fetch`: that of Node 20 never settles for some requests whose server is killed while they connect.
 */
export async function askApi(
  server: ServerAddress,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: object,
): Promise<HttpAnswer> {
  const response = await responseTo(server, method, path, headers, body);
  const chunks: Buffer[] = [];
  response.on("data", (chunk: Buffer) => chunks.push(chunk));
  // Rejects when the connection is lost in the middle.
  await once(response, "end");
  const answer: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  return { status: response.statusCode ?? 0, body: answer };
}

function responseTo(
  { port, apiKey }: ServerAddress,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: object,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request({
      host: "127.0.0.1",
      port,
      method,
      path,
      agent,
      timeout: TIMEOUT_MS,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...headers },
    });
    asking.on("timeout", () => asking.destroy(new Error("no answer in time")));
    asking.on("error", reject);
    asking.on("response", resolve);
    asking.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
