import Type, { type Static, type TSchema } from "typebox";
import { Check } from "typebox/value";

/** The server could not be reached, or refused. The message says what to do. */
class ServerCallError extends Error {
  override readonly name = "ServerCallError";
}

const REFUSAL = Type.Object({ error: Type.Object({ code: Type.String(), message: Type.String() }) });

/** As long as a call may take. A server that is there answers at once. */
const TIMEOUT_MS = 30_000;

/** The HTTP API of a server that runs. */
export class ServerApi {
  readonly url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.url = url;
    this.#key = key;
  }

  /**
   * Calls it and gives the answer, which must be of this form. `body` is JSON text.
   *
   * Rejects with a ServerCallError: nobody answers, the call is refused, or what answers is no Tidewire server.
   */
  async call<Answer extends TSchema>(
    method: string,
    path: string,
    schema: Answer,
    body?: string,
  ): Promise<Static<Answer>> {
    const { status, json } = await this.#exchange(method, path, body);
    if (Check(REFUSAL, json)) {
      const { code, message } = json.error;
      throw new ServerCallError(`The server refuses (${status} ${code}). ${message}`);
    }
    if (status >= 300 || !Check(schema, json)) {
      throw new ServerCallError(
        `What answers at ${this.url} is no Tidewire server, or a proxy is in the way (status ${status}).`,
      );
    }
    return json;
  }

  async #exchange(
    method: string,
    path: string,
    body: string | undefined,
  ): Promise<{ readonly status: number; readonly json: unknown }> {
    try {
      const response = await fetch(this.url + path, {
        method,
        // A key does not follow to wherever it is sent on.
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body }),
      });
      return { status: response.status, json: parsed(await response.text()) };
    } catch (cause) {
      throw new ServerCallError(
        `No server answers at ${this.url} (${reasonOf(cause)}). Start one with \`tidewire serve\`, or name it with --url.`,
        { cause },
      );
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why a call failed: what `fetch` says is only that it did. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const inner = cause instanceof AggregateError ? cause.errors.find((one) => one instanceof Error) : cause;
  return inner instanceof Error ? inner.message : error.message;
}
