import type { JsonValue } from "@tidewire/protocol";
import { bareSince } from "./bare-since.ts";
import type { Outbox } from "./outbox.ts";
import type { AskOptions, Lifetime, Request, Requests } from "./requests.ts";
import type {
  Acknowledged,
  CallOptions,
  HistoryOptions,
  HistoryPage,
  Presence,
  Published,
  PublishOptions,
} from "./subscription.ts";

/** What a program can ask of the server, payloads unknown: the client's signatures name them. */
export class Calls {
  readonly #requests: Requests;
  readonly #outbox: Outbox;
  readonly #timeoutMs: number;

  /** `timeoutMs` bounds the questions that are worth nothing when the answer comes too late. */
  constructor(requests: Requests, outbox: Outbox, timeoutMs: number) {
    this.#requests = requests;
    this.#outbox = outbox;
    this.#timeoutMs = timeoutMs;
  }

  publish(channel: string, data: unknown, options?: PublishOptions): Promise<Published> {
    return this.#outbox.publish(channel, data, options);
  }

  ack(channel: string, offset: number): Promise<Acknowledged> {
    return this.#requests.ask({ type: "ack", channel, offset }, { lifetime: "repeat" }, (push) =>
      push.type === "acked" ? push : undefined,
    );
  }

  history(channel: string, { signal, ...options }: HistoryOptions = {}): Promise<HistoryPage<unknown>> {
    const request: Request = { type: "history", channel, ...options, since: bareSince(options.since) };
    return this.#requests.ask(request, this.#within("repeat", signal), (push) =>
      push.type === "history" ? push : undefined,
    );
  }

  presence(channel: string, { signal }: CallOptions = {}): Promise<Presence> {
    return this.#requests.ask({ type: "presence", channel }, this.#within("repeat", signal), (push) => {
      if (push.type !== "presence") return undefined;
      const { members, count = members.length } = push;
      return { members, count };
    });
  }

  rpc(method: string, data: unknown, { signal }: CallOptions = {}): Promise<JsonValue> {
    return this.#requests.ask({ type: "rpc", method, data }, this.#within("once", signal), (push) =>
      push.type === "result" ? push.data : undefined,
    );
  }

  #within(lifetime: Lifetime, signal: AbortSignal | undefined): AskOptions {
    return { lifetime, timeoutMs: this.#timeoutMs, signal };
  }
}
