import type { JsonValue, Member, Push } from "@tidewire/protocol";
import { bareSince } from "./bare-since.ts";
import { randomMessageId } from "./message-id.ts";
import type { Request, Requests } from "./requests.ts";
import type { Acknowledged, HistoryOptions, HistoryPage, Published, PublishOptions } from "./subscription.ts";

/** What a program can ask of the server, payloads unknown: the client's signatures name them. */
export class Calls {
  readonly #requests: Requests;
  readonly #timeoutMs: number;

  /** `timeoutMs` bounds the questions that are worth nothing when the answer comes too late. */
  constructor(requests: Requests, timeoutMs: number) {
    this.#requests = requests;
    this.#timeoutMs = timeoutMs;
  }

  publish(channel: string, data: unknown, options: PublishOptions = {}): Promise<Published> {
    const { messageId = randomMessageId() } = options;
    const request: Request = { type: "publish", channel, data, ...options, messageId };
    return this.#requests.ask(request, "repeat", undefined, (push) =>
      push.type === "published" ? push : undefined,
    );
  }

  ack(channel: string, offset: number): Promise<Acknowledged> {
    return this.#requests.ask({ type: "ack", channel, offset }, "repeat", undefined, (push) =>
      push.type === "acked" ? push : undefined,
    );
  }

  history(channel: string, options: HistoryOptions = {}): Promise<HistoryPage<unknown>> {
    const request: Request = { type: "history", channel, ...options, since: bareSince(options.since) };
    return this.#question(request, (push) => (push.type === "history" ? push : undefined));
  }

  presence(channel: string): Promise<readonly Member[]> {
    return this.#question({ type: "presence", channel }, (push) =>
      push.type === "presence" ? push.members : undefined,
    );
  }

  rpc(method: string, data: unknown): Promise<JsonValue> {
    return this.#requests.ask({ type: "rpc", method, data }, "once", this.#timeoutMs, (push) =>
      push.type === "result" ? push.data : undefined,
    );
  }

  #question<Result>(request: Request, pick: (push: Push) => Result | undefined): Promise<Result> {
    return this.#requests.ask(request, "repeat", this.#timeoutMs, pick);
  }
}
